"""Content: reads, checks and publishes the files of courses/ and question_bank/."""
