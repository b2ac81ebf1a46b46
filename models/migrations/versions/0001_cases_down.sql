drop schema identity cascade;
drop table heartbeat, notice, message, document, intake_row, command_key, request, evidence, case_text,
    seal, history, fired, clock, rectification_case, counter, setting, rule_set, policy,
    calendar_year, calendar_day, channel, contact, key_field, unit;
drop function history_hash(bytea, bigint, integer, text, text, text, timestamptz, timestamptz, jsonb);
drop function append_only();
