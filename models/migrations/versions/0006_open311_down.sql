drop index rectification_case_channel;
drop table open311_request, api_key;
