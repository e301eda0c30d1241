"""The provider door: the CyberTipline reporting API (ISP Web Services) under `/ispws`."""
