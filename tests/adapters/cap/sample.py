"""A whole CAP 1.2 message with every part of the standard, and its text with one part changed."""

XML = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
 <identifier>harlow-42</identifier>
 <sender>weather.example</sender>
 <sent>2026-05-24T16:49:00-07:00</sent>
 <status>Actual</status>
 <msgType>Update</msgType>
 <source>Desk 2</source>
 <scope>Public</scope>
 <code>profile:one</code>
 <note>Second message</note>
 <references>weather.example,harlow-41,2026-05-24T15:00:00-07:00</references>
 <incidents>"storm 7"</incidents>
 <info>
  <language>en-US</language>
  <category>Met</category>
  <category>Safety</category>
  <event>Flood</event>
  <responseType>Evacuate</responseType>
  <urgency>Immediate</urgency>
  <severity>Severe</severity>
  <certainty>Observed</certainty>
  <audience>Everybody near the river</audience>
  <eventCode><valueName>SAME</valueName><value>FLW</value></eventCode>
  <effective>2026-05-24T16:49:00-07:00</effective>
  <onset>2026-05-24T17:00:00-07:00</onset>
  <expires>2026-05-24T22:00:00-07:00</expires>
  <senderName>County weather office</senderName>
  <headline>The river rises</headline>
  <description>Water over the quay.</description>
  <instruction>Leave the quay &amp; go uphill.</instruction>
  <web>https://weather.example/7</web>
  <contact>311</contact>
  <parameter><valueName>gauge</valueName><value>7.2</value></parameter>
  <resource><resourceDesc>Map</resourceDesc><mimeType>image/png</mimeType><size>900</size>
   <uri>https://weather.example/7.png</uri></resource>
  <area>
   <areaDesc>Harlow quay</areaDesc>
   <polygon>38.5,-121.6 38.6,-121.6 38.6,-121.5 38.5,-121.6</polygon>
   <circle>38.55,-121.55 2.5</circle>
   <geocode><valueName>FIPS6</valueName><value>006113</value></geocode>
   <altitude>10</altitude>
   <ceiling>200.5</ceiling>
  </area>
 </info>
 <info>
  <language>es-US</language>
  <category>Met</category>
  <event>Inundación</event>
  <urgency>Immediate</urgency>
  <severity>Severe</severity>
  <certainty>Observed</certainty>
  <expires>2026-05-24T22:00:00-07:00</expires>
  <headline>El río crece</headline>
  <instruction>Aléjese del muelle.</instruction>
  <area><areaDesc>Muelle de Harlow</areaDesc></area>
 </info>
</alert>
"""


def changed(was: str, now: str) -> bytes:
    """The message with one part of its text replaced, once."""
    assert was in XML, was
    return XML.replace(was, now, 1).encode()
