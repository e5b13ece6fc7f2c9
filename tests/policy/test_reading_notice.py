from datetime import date

from minewatch.policy.reading_events import events
from minewatch.policy.reading_mentions import mentions
from minewatch.policy.reading_notice import face

NOTICE = """雅安市人民政府办公室关于开展专项整治行动的通知
雅办函〔2021〕58号
各县（区）人民政府：
一、9月15日18时前完成排查。
雅安市人民政府办公室
2021年9月2日
"""


def seen(text):
    found = mentions(text, date(2021, 9, 3))
    return face(text, found.agencies, found.times, found.numbers)


def test_the_face_of_a_notice_is_known():
    found = seen(NOTICE)
    assert found.title.value == "关于开展专项整治行动的通知"
    assert found.number.value == "雅办函〔2021〕58号"
    assert [agency.name for agency in found.who] == ["雅安市人民政府办公室"]
    assert found.when.day == date(2021, 9, 2)
    assert NOTICE[found.start : found.end].endswith("2021年9月2日")


def test_a_story_about_a_notice_is_no_notice():
    story = "雅安市印发关于开展专项整治行动的通知\n记者获悉，雅安市近日印发通知，要求9月15日前完成排查。\n"
    assert seen(story) is None
    assert [event.kind for event in events(story, date(2021, 9, 3), (0, 18))] == ["notice"]
