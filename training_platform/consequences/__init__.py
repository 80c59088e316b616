"""What exams lead to: 人事处理 cases for HR after fails, 绩效加分建议 points after distinctions."""
