"""Maps and tables of where addresses were seen."""
