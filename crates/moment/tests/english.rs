//! English expressions, read on Sunday 2026-11-22 at 10:00 in Beijing.

mod table;

use table::{check, nothing};

#[test]
fn days_are_counted_from_today() {
    check(&[
        ("is it here today?", "today", "2026-11-22"),
        ("Tomorrow please", "Tomorrow", "2026-11-23"),
        ("the day after tomorrow", "the day after tomorrow", "2026-11-24"),
        ("I paid yesterday", "yesterday", "2026-11-21"),
        ("the day before yesterday", "the day before yesterday", "2026-11-20"),
        ("tonight", "tonight", "2026-11-22T18:00+08:00/2026-11-23T00:00+08:00"),
        ("tomorrow morning", "tomorrow morning", "2026-11-23T08:00+08:00/2026-11-23T12:00+08:00"),
        ("last night", "last night", "2026-11-21T18:00+08:00/2026-11-22T00:00+08:00"),
    ]);
}

#[test]
fn weekdays_and_weeks() {
    check(&[
        ("next Wednesday at 3pm", "next Wednesday at 3pm", "2026-11-25T15:00+08:00"),
        ("can you come on Monday?", "Monday", "2026-11-23"),
        ("this Wednesday", "this Wednesday", "2026-11-25"),
        ("last Friday", "last Friday", "2026-11-20"),
        ("It arrived Wednesday", "Wednesday", "2026-11-18"),
        ("I ordered on Tuesday", "Tuesday", "2026-11-17"),
        ("Can I return what I bought on Monday?", "Monday", "2026-11-16"),
        ("Can I have my card delivered on Tuesday?", "Tuesday", "2026-11-24"),
        ("I ordered a phone, will it be delivered on Friday?", "Friday", "2026-11-27"),
        ("on sat", "sat", "2026-11-28"),
        ("6 am on Wed", "6 am on Wed", "2026-11-25T06:00+08:00"),
        ("this weekend", "this weekend", "2026-11-21/2026-11-22"),
        ("next weekend", "next weekend", "2026-11-28/2026-11-29"),
        ("next week", "next week", "2026-11-23/2026-11-29"),
        ("the week after next", "the week after next", "2026-11-30/2026-12-06"),
        ("next week Wednesday", "next week Wednesday", "2026-11-25"),
        ("last month", "last month", "2026-10-01/2026-10-31"),
        ("this year", "this year", "2026-01-01/2026-12-31"),
        ("next quarter", "next quarter", "2027-01-01/2027-03-31"),
        ("end of the month", "end of the month", "2026-11-26/2026-11-30"),
        ("by the end of the month", "by the end of the month", "../2026-11-30"),
        ("the beginning of next year", "the beginning of next year", "2027-01-01/2027-01-31"),
        ("early December", "early December", "2026-12-01/2026-12-10"),
        ("mid-December", "mid-December", "2026-12-11/2026-12-20"),
        ("in January", "January", "2027-01-01/2027-01-31"),
        ("in may", "may", "2027-05-01/2027-05-31"),
        ("since 2019", "since 2019", "2019-01-01/.."),
    ]);
}

#[test]
fn dates() {
    check(&[
        ("Nov 25", "Nov 25", "2026-11-25"),
        ("Nov 25th, 2026", "Nov 25th, 2026", "2026-11-25"),
        ("November 25 2027", "November 25 2027", "2027-11-25"),
        ("Oct. 17", "Oct. 17", "2026-10-17"),
        ("25 November", "25 November", "2026-11-25"),
        ("the 22nd of December", "the 22nd of December", "2026-12-22"),
        ("may the thirteenth, 2037", "may the thirteenth, 2037", "2037-05-13"),
        ("June the 8th, 2029", "June the 8th, 2029", "2029-06-08"),
        ("the twenty-third of December", "the twenty-third of December", "2026-12-23"),
        ("11/22/2026", "11/22/2026", "2026-11-22"),
        ("22/11/2026", "22/11/2026", "2026-11-22"),
        ("22.11.2026", "22.11.2026", "2026-11-22"),
        ("it comes on 12/5", "12/5", "2026-12-05"),
        ("on the 15th", "the 15th", "2026-12-15"),
        ("by the 15th of next month", "by the 15th of next month", "../2026-12-15"),
        ("November 2027", "November 2027", "2027-11-01/2027-11-30"),
        ("I bought it on March 3", "March 3", "2026-03-03"),
        ("Wednesday, November 25 at 9:30", "Wednesday, November 25 at 9:30", "2026-11-25T09:30+08:00"),
        ("3 Jan 2027", "3 Jan 2027", "2027-01-03"),
        ("June 8 th 2027", "June 8 th 2027", "2027-06-08"),
        ("second of January", "second of January", "2027-01-02"),
        ("11/5/26", "11/5/26", "2026-11-05"),
    ]);
}

#[test]
fn holidays() {
    check(&[
        ("Black Friday", "Black Friday", "2026-11-27"),
        ("Christmas", "Christmas", "2026-12-25"),
        ("before Christmas", "before Christmas", "../2026-12-24"),
        ("Christmas Eve", "Christmas Eve", "2026-12-24"),
        ("New Year's Day", "New Year's Day", "2027-01-01"),
        ("New Year’s Eve", "New Year’s Eve", "2026-12-31"),
        ("Thanksgiving", "Thanksgiving", "2026-11-26"),
        ("Cyber Monday", "Cyber Monday", "2026-11-30"),
        ("Chinese New Year", "Chinese New Year", "2027-02-06"),
        ("Easter 2027", "Easter 2027", "2027-03-28"),
        ("last Christmas", "last Christmas", "2025-12-25"),
        ("Valentine's Day", "Valentine's Day", "2027-02-14"),
        ("mid-autumn festival", "mid-autumn festival", "2027-09-15"),
    ]);
}

#[test]
fn times_of_day() {
    check(&[
        ("3:30 pm", "3:30 pm", "T15:30"),
        ("9am", "9am", "T09:00"),
        ("at 6 p.m.", "6 p.m.", "T18:00"),
        ("at noon", "noon", "T12:00"),
        ("midnight", "midnight", "T00:00"),
        ("half past three", "half past three", "T15:30"),
        ("quarter to five", "quarter to five", "T16:45"),
        ("a quarter past nine", "a quarter past nine", "T09:15"),
        ("5 o'clock", "5 o'clock", "T17:00"),
        ("seven am", "seven am", "T07:00"),
        ("12 am", "12 am", "T00:00"),
        ("615am", "615am", "T06:15"),
        ("3 o'clock in the afternoon", "3 o'clock in the afternoon", "T15:00"),
        ("ten minutes to six", "ten minutes to six", "T17:50"),
        ("in the morning", "morning", "T08:00/T12:00"),
        ("seven thirty am", "seven thirty am", "T07:30"),
        ("six in the morning", "six in the morning", "T06:00"),
        ("tomorrow at 5", "tomorrow at 5", "2026-11-23T17:00+08:00"),
        ("3.30pm", "3.30pm", "T15:30"),
        ("tomorrow at 5pm", "tomorrow at 5pm", "2026-11-23T17:00+08:00"),
        ("5 pm tonight", "5 pm tonight", "2026-11-22T17:00+08:00"),
        ("4am this Saturday", "4am this Saturday", "2026-11-28T04:00+08:00"),
    ]);
}

#[test]
fn lengths_from_now_and_durations() {
    check(&[
        ("in two hours", "in two hours", "2026-11-22T12:00+08:00"),
        ("in half an hour", "in half an hour", "2026-11-22T10:30+08:00"),
        ("within 3 days", "within 3 days", "2026-11-22/2026-11-25"),
        ("2 weeks ago", "2 weeks ago", "2026-11-08"),
        ("three weeks from now", "three weeks from now", "2026-12-13"),
        ("in an hour", "in an hour", "2026-11-22T11:00+08:00"),
        ("a week ago", "a week ago", "2026-11-15"),
        ("in the next 3 days", "in the next 3 days", "2026-11-22/2026-11-25"),
        ("the last 24 hours", "last 24 hours", "2026-11-21T10:00+08:00/2026-11-22T10:00+08:00"),
        ("over the past two weeks", "over the past two weeks", "2026-11-08/2026-11-22"),
        ("for three days", "for three days", "P3D"),
        ("3-5 business days", "3-5 business days", "P3D..P5D"),
        ("two to three weeks", "two to three weeks", "P14D..P21D"),
        ("an hour and a half ago", "an hour and a half ago", "2026-11-22T08:30+08:00"),
        ("eleven years and a half from now", "eleven years and a half from now", "2038-05-22"),
        ("2 hours and 30 minutes", "2 hours and 30 minutes", "PT2H30M"),
        ("a couple of days", "a couple of days", "P2D"),
        ("a 30-day trial", "30-day", "P30D"),
        ("1.5 hours", "1.5 hours", "PT1H30M"),
        ("over a week", "a week", "P7D"),
        ("in 2 days at 5pm", "in 2 days at 5pm", "2026-11-24T17:00+08:00"),
        ("a week or two ago", "a week or two ago", "2026-11-08/2026-11-15"),
        ("the past week", "past week", "2026-11-15/2026-11-22"),
        ("two days back", "two days back", "2026-11-20"),
        ("for three weeks from now", "three weeks from now", "2026-12-13"),
        ("2 nights", "2 nights", "P2D"),
    ]);
}

#[test]
fn ranges() {
    check(&[
        ("from Monday to Friday", "from Monday to Friday", "2026-11-23/2026-11-27"),
        ("9am-6pm", "9am-6pm", "T09:00/T18:00"),
        ("9-6pm", "9-6pm", "T09:00/T18:00"),
        ("10-11pm", "10-11pm", "T22:00/T23:00"),
        ("between 2pm and 4pm", "between 2pm and 4pm", "T14:00/T16:00"),
        ("tomorrow from 9am to 6pm", "tomorrow from 9am to 6pm", "2026-11-23T09:00+08:00/2026-11-23T18:00+08:00"),
        ("9am to 6pm tomorrow", "9am to 6pm tomorrow", "2026-11-23T09:00+08:00/2026-11-23T18:00+08:00"),
        ("Nov 25-28", "Nov 25-28", "2026-11-25/2026-11-28"),
        ("Dec 20 to the 25th", "Dec 20 to the 25th", "2026-12-20/2026-12-25"),
        ("Dec 30 - Jan 2", "Dec 30 - Jan 2", "2026-12-30/2027-01-02"),
        ("by Friday", "by Friday", "../2026-11-27"),
        ("before Friday", "before Friday", "../2026-11-26"),
        ("after 5pm", "after 5pm", "T17:00/.."),
        ("until tomorrow", "until tomorrow", "../2026-11-23"),
        ("since Monday", "since Monday", "2026-11-16/.."),
    ]);
}

#[test]
fn repetitions() {
    check(&[
        ("every Wednesday", "every Wednesday", "RRULE:FREQ=WEEKLY;BYDAY=WE"),
        ("every Wednesday at 3pm", "every Wednesday at 3pm", "RRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=15;BYMINUTE=0"),
        ("every other day", "every other day", "RRULE:FREQ=DAILY;INTERVAL=2"),
        ("every 2 weeks", "every 2 weeks", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
        ("every Monday and Thursday", "every Monday and Thursday", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH"),
        ("on Mondays", "Mondays", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
        ("every ten minutes", "every ten minutes", "RRULE:FREQ=MINUTELY;INTERVAL=10"),
        ("every month on the 15th", "every month on the 15th", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15"),
        ("each day", "each day", "RRULE:FREQ=DAILY"),
        ("weekdays", "weekdays", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (
            "Monday to Friday, 9am to 6pm",
            "Monday to Friday, 9am to 6pm",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0/PT9H",
        ),
        ("9am every day", "9am every day", "RRULE:FREQ=DAILY;BYHOUR=9;BYMINUTE=0"),
        (
            "every weekday from 9am to 6pm",
            "every weekday from 9am to 6pm",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0/PT9H",
        ),
    ]);
}

#[test]
fn words_that_only_look_like_time_are_left_alone() {
    nothing(&[
        "may I ask",
        "march on",
        "sun cream",
        "I sat down",
        "second hand",
        "good morning",
        "good evening",
        "version 2.0.1",
        "v10.4",
        "$12.30",
        "call 555-123-4567",
        "order 20261122-0042",
        "192.168.1.1:8080",
        "I am here",
        "the 1st order",
        "my first card",
        "a second card",
        "next time",
        "last order",
        "the next day delivery option",
        "February 30",
        "25:00",
        "13:75 pm",
        "1/2",
        "it may help",
        "the sun",
        "ratio 16:9",
        "pin 1234",
        "top 10",
        "5 may help",
        "24/7 support",
        "it is 3.5 kg",
        "monthly fee",
        "this may take long",
        "my 8 year old son",
        "for a second card",
        "4 d 2 h 3",
        "look at 5 items",
        "ABC-12-34",
        "no. 5",
        "2 of 3",
        "half price",
        "quarter pounder",
        "a5",
        "mp3",
        "3D printing",
    ]);
}
