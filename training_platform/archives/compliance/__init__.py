"""合规 compliance: who has what the job role asks for, who is ready, and the proof of a day."""
