package logs

func corpusMail() []corpusRow {
	return []corpusRow{}
}
