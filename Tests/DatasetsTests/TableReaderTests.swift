import Datasets
import Testing

@Suite struct TableReaderTests {
  /// A table of many rows, some of them over several lines.
  static let rows = (0..<60_000).map { row in
    row % 7 == 0 ? "\(row),\"line\n\(row) \"\"q\"\"\",0.5" : "\(row),word \(row),-\(row)e-3"
  }
  static let text = "number,words,ratio\r\n" + rows.joined(separator: "\n")

  @Test("a file larger than what is held at once", arguments: [1000, 4096, 100_000])
  func readsInPieces(_ count: Int) throws {
    try withTemporaryFolder(["x.csv": Array(Self.text.utf8)]) { folder in
      let path = "\(folder)/x.csv"
      let whole = try Table(contentsOf: path)
      var reader = try TableReader(contentsOf: path)
      var start = 0
      while let table = try reader.next(rows: count) {
        let places = Array(start..<min(start + count, whole.rowCount))
        #expect(table.columns == whole.selecting(rows: places).columns)
        start += table.rowCount
      }
      #expect(start == 60_000)
    }
  }

  @Test("the place of an error far behind")
  func findsPlace() throws {
    let bytes = Array((Self.text + "\n1,2\n").utf8)
    let lines = bytes.count { $0 == 10 }
    var reader = try TableReader(fileBytes: bytes, name: "x.csv")
    let error = #expect(throws: DatasetError.self) {
      while try reader.next(rows: 10_000) != nil {}
    }
    #expect(error?.line == lines && error?.column == 3)
    #expect(error?.offset == bytes.count - 4)
  }

  @Test("kinds follow from the first rows; what does not fit them later is an error")
  func keepsKinds() throws {
    var reader = try TableReader(fileBytes: Array("a,b\n1,x\n2,y\nz,3\n".utf8), name: "x.csv")
    #expect(try reader.next(rows: 2)?["b"]?.kind == .text)
    let error = #expect(throws: DatasetError.self) { try reader.next(rows: 2) }
    #expect(error?.reason == .invalidNumber && error?.line == 4 && error?.column == 1)
  }

  @Test("a number first, words later, within the first rows")
  func readsTwice() throws {
    let text = "a\n" + (0..<5000).map { "\($0)\n" }.joined() + "x\n1\n"
    var reader = try TableReader(fileBytes: Array(text.utf8), name: "x.csv")
    let table = try reader.next(rows: 5001)
    #expect(table?["a"]?.words.suffix(2) == ["4999", "x"])
    #expect(try reader.next(rows: 9)?["a"]?.values == .texts(["1"]))
  }
}
