"""What does a notebook show?"""
