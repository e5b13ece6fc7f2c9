"""Green Button and CIM files written for the tests, after the standards' structure."""

ESPI = "http://naesb.org/espi"
CIM = "http://iec.ch/TC57/2011/MeterReadings#"


def reading_type(*, uom=72, multiplier=0, accumulation=4, flow=1, commodity=1, length=900, phase=769, qualifier=12):
    return (
        f'<ReadingType xmlns="{ESPI}"><accumulationBehaviour>{accumulation}</accumulationBehaviour>'
        f"<commodity>{commodity}</commodity><dataQualifier>{qualifier}</dataQualifier>"
        f"<flowDirection>{flow}</flowDirection><intervalLength>{length}</intervalLength><kind>12</kind>"
        f"<phase>{phase}</phase><powerOfTenMultiplier>{multiplier}</powerOfTenMultiplier><uom>{uom}</uom></ReadingType>"
    )


def interval_block(start, values, *, step=900, quality=None, timed=True):
    mark = f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>" if quality is not None else ""
    rows = "".join(
        "<IntervalReading>"
        + (f"<timePeriod><duration>{step}</duration><start>{start + i * step}</start></timePeriod>" if timed else "")
        + f"<value>{value}</value>{mark}</IntervalReading>\n"
        for i, value in enumerate(values)
    )
    return (
        f'<IntervalBlock xmlns="{ESPI}"><interval><duration>{step * len(values)}</duration>'
        f"<start>{start}</start></interval>\n{rows}</IntervalBlock>"
    )


def entry(content, own, *, up="", related=()):
    links = f'<link rel="self" href="{own}"/>' + (f'<link rel="up" href="{up}"/>' if up else "")
    links += "".join(f'<link rel="related" href="{link}"/>' for link in related)
    return f"<entry><id>urn:uuid:0</id>{links}<title/><content>{content}</content></entry>\n"


def feed(*entries, encoding="utf-8"):
    body = "".join(entries)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n{body}</feed>\n'


def usage_point(number, *, customer="RetailCustomer/7", name=None):
    inner = f"<ServiceDeliveryPoint><name>{name}</name></ServiceDeliveryPoint>" if name else ""
    return entry(
        f'<UsagePoint xmlns="{ESPI}">{inner}<ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>',
        f"{customer}/UsagePoint/{number}",
    )


def meter_reading(number, reading, type_link, *, customer="RetailCustomer/7"):
    own = f"{customer}/UsagePoint/{number}/MeterReading/{reading}"
    return entry(f'<MeterReading xmlns="{ESPI}"/>', own, related=(f"{own}/IntervalBlock", type_link))


def blocks(number, reading, block, *, customer="RetailCustomer/7", block_number=1):
    up = f"{customer}/UsagePoint/{number}/MeterReading/{reading}/IntervalBlock"
    return entry(block, f"{up}/{block_number}", up=up)


def local_time(offset):
    return entry(
        f'<LocalTimeParameters xmlns="{ESPI}"><dstEndRule>B40E2000</dstEndRule><dstOffset>3600</dstOffset>'
        f"<dstStartRule>360E2000</dstStartRule><tzOffset>{offset}</tzOffset></LocalTimeParameters>",
        "LocalTimeParameters/1",
    )


def green_button(values, *, start=1_622_505_600, step=900, offset=28_800, quality=None, timed=True, **kind):
    """A small feed of one usage point; 1 622 505 600 is 2021-06-01 00:00 UTC."""
    return feed(
        usage_point("01"),
        local_time(offset),
        entry(reading_type(length=step, **kind), "ReadingType/1"),
        meter_reading("01", "01", "ReadingType/1"),
        blocks("01", "01", interval_block(start, values, step=step, quality=quality, timed=timed)),
    )


def code(*, period=2, accumulation=4, flow=1, commodity=1, multiplier=3, unit=72, phases=0, aggregate=0, macro=0):
    return f"{macro}.{aggregate}.{period}.{accumulation}.{flow}.{commodity}.12.0.0.0.0.0.0.0.{phases}.{multiplier}.{unit}.0"


def cim_intervals(readings, reference, *, quality=None):
    mark = f'<ReadingQualities><ReadingQualityType ref="{quality}"/></ReadingQualities>' if quality else ""
    rows = "".join(
        f"<IntervalReadings>{mark}<timeStamp>{time}</timeStamp><value>{value}</value></IntervalReadings>\n"
        for time, value in readings
    )
    return f'<IntervalBlocks>{rows}<ReadingType ref="{reference}"/></IntervalBlocks>'


def cim_meter(name, *content, point=""):
    usage = f"<UsagePoint><Names><name>{point}</name></Names></UsagePoint>" if point else ""
    meter = f"<Meter><Names><name>{name}</name></Names></Meter>" if name else ""
    return f"<MeterReading>{''.join(content)}{meter}{usage}</MeterReading>\n"


def cim(*meters, namespace=CIM, types=""):
    where = f' xmlns="{namespace}"' if namespace else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<MeterReadings{where}>\n{"".join(meters)}{types}</MeterReadings>\n'


def quarter_hours(values, *, first="2021-06-01", offset="+08:00"):
    """Times at the end of each quarter hour of a day, the last one at 24:00 written as the next day's 00:00."""
    found = []
    for i, value in enumerate(values, start=1):
        day = first if i < 96 else "2021-06-02"
        found.append((f"{day}T{i * 15 // 60 % 24:02d}:{i * 15 % 60:02d}:00{offset}", value))
    return found
