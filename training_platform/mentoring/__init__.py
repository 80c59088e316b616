"""实践锻炼 mentored practice: real work under a mentor, its log, questions, report and sharing."""
