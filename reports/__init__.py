"""Reports: reads the results.json of a run and writes what people and machines read of it."""
