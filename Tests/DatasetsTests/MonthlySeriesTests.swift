import Datasets
import Testing

@Suite struct MonthlySeriesTests {
  @Test("the sea temperatures are NOAA's: count, first, last, mean, and the peak of El Niño")
  func loads() throws {
    let series = try MonthlySeries.elNino()
    #expect(series.name == "temperature" && series.count == 732)
    #expect("\(series.months)" == "1950-01..<2011-01")
    #expect(series.values.first == 23.11 && series.values.last == 22.07)
    let mean = series.values.reduce(0, +) / 732
    #expect(abs(mean - 23.0926) < 1e-4)
    let peak = try #require(series.values.indices.max { series.values[$0] < series.values[$1] })
    #expect(series.values[peak] == 29.24 && "\(series.start.advanced(by: peak))" == "1998-03")
  }

  @Test(
    "comments, empty lines, CR LF, no last line end, gzip",
    arguments: [
      "month,x\n1999-12,1\n2000-01,-2.5e0\n", "# of\r\n\r\nmonth,x\r\n1999-12,1\r\n2000-01,-2.5",
      "\n#\nmonth,x\n1999-12,1\n#,,\n2000-01,-2.5\n\n",
    ])
  func reads(_ text: String) throws {
    let december = try #require(Month(year: 1999, number: 12))
    let expected = MonthlySeries(name: "x", start: december, values: [1, -2.5])
    #expect(try MonthlySeries(csv: Array(text.utf8), name: "t") == expected)
    try withTemporaryFolder(["t.csv.gz": gzip(Array(text.utf8))]) { folder in
      let packed = try MonthlySeries(csv: folder + "/t.csv.gz")
      #expect(packed == expected)
    }
  }

  /// Text, and the exact words about it.
  static let malformed = [
    ("", "t: wrong header: found no line, expected month,NAME"),
    ("date,x\n", "t: wrong header on line 1: found date, expected month"),
    ("month,x\n", "t: truncated data on line 1: found no month, expected at least one"),
    (
      "month,x\n1999-12\n",
      "t: wrong number of fields on line 2: found 1, expected 2, parted by a comma"
    ),
    (
      "month,x\n1999-12,1,\n",
      "t: wrong number of fields on line 2: found 3, expected 2, parted by a comma"
    ),
    (
      "month,x\n1999-13,1\n",
      "t: not a month on line 2: found 1999-13, expected a month such as 1998-01"
    ),
    (
      "month,x\n99-12,1\n",
      "t: not a month on line 2: found 99-12, expected a month such as 1998-01"
    ),
    (
      "month,x\n1999-11,1\n# gap\n2000-01,1\n",
      "t: month out of order on line 4: found 2000-01, expected 1999-12"
    ),
    ("month,x\n1999-12,\n", "t: not a number on line 2: found , expected a finite number"),
    ("month,x\n1999-12,nan\n", "t: not a number on line 2: found nan, expected a finite number"),
    (
      "month,x\n1999-12,1e999\n", "t: not a number on line 2: found 1e999, expected a finite number"
    ),
  ]

  @Test("what has another form is refused in these words", arguments: malformed)
  func refuses(_ text: String, _ words: String) {
    #expect {
      try MonthlySeries(csv: Array(text.utf8), name: "t")
    } throws: {
      "\($0)" == words
    }
  }

  @Test("a text that unpacks to more than ten thousand years could take is refused")
  func refusesBombs() {
    let bomb = gzip([UInt8](repeating: 35, count: 1 << 25))
    #expect {
      try MonthlySeries(csv: bomb, name: "t")
    } throws: {
      ($0 as? DatasetError)?.reason == .tooLarge
    }
  }

  @Test("bytes of any kind give a series or an error")
  func survivesBytes() throws {
    let text = Array("month,x\n1999-12,1\n2000-01,2\n".utf8)
    for place in text.indices {
      for byte in [0, 10, 13, 35, 44, 45, 48, 200, 255] as [UInt8] {
        var bytes = text
        bytes[place] = byte
        _ = try? MonthlySeries(csv: bytes, name: "t")
        _ = try? MonthlySeries(csv: Array(bytes[..<place]), name: "t")
      }
    }
  }

  @Test("months count on over the year's end, and only months are months")
  func counts() throws {
    let month = try #require(Month("0999-12"))
    #expect(month.year == 999 && month.number == 12 && "\(month)" == "0999-12")
    #expect(
      "\(month.advanced(by: 1))" == "1000-01" && "\(month.advanced(by: -12000))" == "-0001-12")
    #expect(month.distance(to: month.advanced(by: 25)) == 25)
    for text in ["", "1999", "1999-1", "1999-00", "1999/01", "199a-01", "1999-01-01", "１９９９-01"] {
      #expect(Month(text) == nil, "\(text)")
    }
    #expect(Month(year: -1, number: 1) == nil && Month(year: 2000, number: 13) == nil)
  }

  @Test("places of months")
  func finds() throws {
    let series = try MonthlySeries.elNino()
    let (from, to) = (try #require(Month("1998-01")), try #require(Month("1999-01")))
    #expect(series.places(of: from..<to) == 576..<588)
    #expect(series.places(of: series.months) == 0..<732)
  }
}
