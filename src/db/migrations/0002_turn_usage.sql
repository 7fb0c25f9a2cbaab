-- What the reply of a turn took, for operators: as the provider counted it, NULL where it did not say. The cost is in
-- billionths of the currency of the configured prices; times are milliseconds from the request to the provider.
ALTER TABLE turns ADD COLUMN tokens_in BIGINT;
ALTER TABLE turns ADD COLUMN tokens_out BIGINT;
ALTER TABLE turns ADD COLUMN cost_billionths BIGINT;
ALTER TABLE turns ADD COLUMN first_token_ms BIGINT;
ALTER TABLE turns ADD COLUMN reply_ms BIGINT;
