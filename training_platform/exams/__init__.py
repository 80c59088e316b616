"""综合考核: exams of theory and practice, taken in one sitting with one result."""
