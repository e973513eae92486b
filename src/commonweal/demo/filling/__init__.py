"""The generated county brought into an instance, through the rooms' doors only."""
