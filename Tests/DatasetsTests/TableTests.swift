import Datasets
import Testing

@Suite struct TableTests {
  struct Readable: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    var format = TableFormat()
    var name = "x.csv"
    let columns: [Table.Column]
  }

  static func column(_ name: String, _ values: Table.Values) -> Table.Column {
    .init(name: name, values: values)
  }

  static let readable = [
    Readable(
      testDescription: "numbers and words", text: "a,b\n1,x\n-2.5e3,y z\n",
      columns: [column("a", .numbers([1, -2500])), column("b", .texts(["x", "y z"]))]),
    Readable(
      testDescription: "few words are categories", text: "a\nyes\nno\nyes\nno\n",
      columns: [column("a", .categories(["yes", "no", "yes", "no"]))]),
    Readable(
      testDescription: "CR LF, CR, empty lines, no end of the last",
      text: "a,b\r\n1,2\r3,4\n\r\n\n5,6",
      columns: [column("a", .numbers([1, 3, 5])), column("b", .numbers([2, 4, 6]))]),
    Readable(
      testDescription: "quotes", text: "\"a,b\",c\n\"x\ny\",\"say \"\"hi\"\"\"\n\"\",5\" pipe\n",
      columns: [
        column("a,b", .texts(["x\ny", nil])), column("c", .texts(["say \"hi\"", "5\" pipe"])),
      ]),
    Readable(
      testDescription: "a byte order mark, and letters beyond ASCII", text: "\u{FEFF}größe\nä\n",
      columns: [column("größe", .texts(["ä"]))]),
    Readable(
      testDescription: "missing values", text: "a,b\nNA,\n1,null\n?,x\n",
      columns: [column("a", .numbers([nil, 1, nil])), column("b", .texts([nil, nil, "x"]))]),
    Readable(
      testDescription: "own missing values", text: "a\n-999\n1\n\n",
      format: .init(missingMarkers: ["-999"]), columns: [column("a", .numbers([nil, 1]))]),
    Readable(
      testDescription: "given kinds", text: "a,b,c\n1,2,3\n",
      format: .init(kinds: ["a": .text, "b": .category]),
      columns: [
        column("a", .texts(["1"])), column("b", .categories(["2"])), column("c", .numbers([3])),
      ]),
    Readable(
      testDescription: "no header", text: "1,x\n", format: .init(hasHeader: false),
      columns: [column("1", .numbers([1])), column("2", .texts(["x"]))]),
    Readable(
      testDescription: "tabs by suffix", text: "a,b\tc\n1\t2\n", name: "x.tsv",
      columns: [column("a,b", .numbers([1])), column("c", .numbers([2]))]),
    Readable(
      testDescription: "a semicolon", text: "a;b\n1;2\n", format: .init(delimiter: ";"),
      columns: [column("a", .numbers([1])), column("b", .numbers([2]))]),
    Readable(
      testDescription: "a header alone", text: "a,b\n",
      columns: [column("a", .numbers([])), column("b", .numbers([]))]),
    Readable(
      testDescription: "words far behind numbers",
      text: "a,b\n" + (0..<2000).map { "\($0),1\n" }.joined() + "x,1\n",
      columns: [
        column("a", .texts((0..<2000).map { "\($0)" } + ["x"])),
        column("b", .numbers([Double?](repeating: 1, count: 2001))),
      ]),
  ]

  @Test("tables, packed or not, whole and in pieces", arguments: readable)
  func reads(_ example: Readable) throws {
    let bytes = Array(example.text.utf8)
    for bytes in [bytes, gzip(bytes)] {
      let table = try Table(fileBytes: bytes, name: example.name, example.format)
      #expect(table.columns == example.columns)
      var reader = try TableReader(fileBytes: bytes, name: example.name, example.format)
      #expect(reader.columnNames == example.columns.map(\.name))
      if table.rowCount > 0 {
        #expect(try reader.next(rows: table.rowCount)?.columns == example.columns)
      }
      #expect(try reader.next(rows: 1) == nil)
    }
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: [UInt8]
    var format = TableFormat()
    let reason: DatasetError.Reason
    let line: Int?
    let column: Int?

    init(
      _ name: String, _ text: String, _ reason: DatasetError.Reason, line: Int?,
      column: Int? = nil, format: TableFormat = .init()
    ) {
      self.init(
        name, bytes: Array(text.utf8), reason, line: line, column: column, format: format)
    }

    init(
      _ name: String, bytes: [UInt8], _ reason: DatasetError.Reason, line: Int?,
      column: Int? = nil, format: TableFormat = .init()
    ) {
      (testDescription, text, self.format, self.reason) = (name, bytes, format, reason)
      (self.line, self.column) = (line, column)
    }
  }

  static let malformed = [
    Malformed("empty", "", .wrongHeader, line: 1, column: 1),
    Malformed("empty lines", "\n\r\n", .wrongHeader, line: 1, column: 1),
    Malformed("a short row", "a,b\n1,2\n3\n", .wrongFieldCount, line: 3, column: 2),
    Malformed("a long row", "a,b\n\"x\ny\",2\n3,4,5\n", .wrongFieldCount, line: 4, column: 3),
    Malformed("an open quote", "a,b\n1,2\n3,\"4\n5,6\n", .unterminatedQuote, line: 3, column: 2),
    Malformed("text behind quotes", "a,b\n\"1\"2,3\n", .strayText, line: 2, column: 1),
    Malformed(
      "bad UTF-8", bytes: Array("a,b\n1,".utf8) + [0xC3, 0x28], .invalidUTF8, line: 2, column: 2),
    Malformed(
      "bad UTF-8 in quotes", bytes: Array("a\n\"\"\"".utf8) + [0xFF, 0x22], .invalidUTF8, line: 2,
      column: 1),
    Malformed("UTF-16", bytes: [0xFF, 0xFE, 0x61, 0, 0x0A, 0], .invalidUTF8, line: 1, column: 1),
    Malformed("two columns of a name", "a,b,a\n1,2,3\n", .duplicateColumn, line: 1, column: 3),
    Malformed(
      "too many columns", String(repeating: ",", count: 100_001), .wrongFieldCount, line: 1,
      column: 100_001),
    Malformed(
      "a kind of no column", "a\n1\n", .missingColumn, line: 1, format: .init(kinds: ["b": .text])),
    Malformed(
      "no number", "a,b\n1,2\n\n3,x\n", .invalidNumber, line: 4, column: 2,
      format: .init(kinds: ["b": .number])),
  ]

  @Test("malformed files, whole and in pieces", arguments: malformed)
  func rejects(_ example: Malformed) throws {
    let whole = #expect(throws: DatasetError.self) {
      try Table(fileBytes: example.text, name: "x.csv", example.format)
    }
    let pieces = #expect(throws: DatasetError.self) {
      var reader = try TableReader(fileBytes: example.text, name: "x.csv", example.format)
      while try reader.next(rows: 1) != nil {}
    }
    for error in [whole, pieces] {
      #expect(error?.reason == example.reason)
      #expect(error?.line == example.line && error?.column == example.column)
    }
  }

  @Test("a packed file that unpacks to more than allowed")
  func obeysLimit() {
    let bytes = gzip([UInt8](repeating: UInt8(ascii: "1"), count: 1 << 22))
    let error = #expect(throws: DatasetError.self) {
      try Table(fileBytes: bytes, name: "x.csv", .init(), limit: 1 << 20)
    }
    #expect(error?.reason == .tooLarge)
  }

  @Test("columns by name, rows by place")
  func selects() throws {
    let table = try Table(fileBytes: Array("a,b,c\n1,2,x\n3,NA,x\n".utf8), name: "x.csv")
    #expect(try table.numbers("b") == [2, nil])
    #expect(table.example(at: 1) == [.number(3), .missing, .word("x")])
    #expect(table.selecting(rows: [1, 1]).columns[0].values == .numbers([3, 3]))
    #expect(try table.selecting(columns: ["c", "a"]).columnNames == ["c", "a"])
    #expect(table["b"]?.missingCount == 1 && table["a"]?.distinctWords == ["1", "3"])
    let error = #expect(throws: DatasetError.self) { try table.selecting(columns: ["a", "a"]) }
    #expect(error?.reason == .duplicateColumn)
    for name in ["d", "c"] { #expect(throws: DatasetError.self) { try table.numbers(name) } }
  }
}
