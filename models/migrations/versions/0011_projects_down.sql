drop table survey_clue, survey_answer, survey, project_renewal, project_event, project;
