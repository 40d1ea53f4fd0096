-- Up to when silence had been judged at a checkpoint, where that was less far than all else.
CREATE TABLE rule_checkpoint_reach (
  partition int NOT NULL,
  at timestamptz NOT NULL,
  gateway_id int NOT NULL,
  heard_at timestamptz NOT NULL,
  PRIMARY KEY (partition, at, gateway_id),
  FOREIGN KEY (partition, at) REFERENCES rule_checkpoint ON DELETE CASCADE
);
