"""Put on the path of a process: its calendar package is that of the year before 2026 was published."""

from chinese_calendar import constants

for table in (constants.holidays, constants.workdays, constants.in_lieu_days):
    for day in [day for day in table if day.year >= 2026]:
        del table[day]
