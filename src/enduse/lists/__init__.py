"""What authorities publish: lists of parties and control lists, kept as dated snapshots."""
