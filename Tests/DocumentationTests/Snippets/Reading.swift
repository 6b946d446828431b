import Foundation
import Myelin

func readingPictures() throws {
  // snippet: reading pictures
  let pictures = try ImageFolder("animals", decoding: .init(channels: .rgb, leastSide: 256))
  print(pictures.classNames, pictures.count, pictures.ignoredCount)
  let first = try pictures.example(at: 0)
  print(first.image.height, first.image.width, pictures.classNames[first.label])
  try Data(first.image.png).write(to: URL(filePath: "first.png"))
  // end
}

func readingSounds() throws -> (Subset<RecordingFolder>, Subset<RecordingFolder>) {
  // snippet: reading sounds
  let digits = try RecordingFolder(
    "fsdd", pattern: "{label}_{speaker}_{index}.wav", sampleRate: 8000)
  let testing = digits.places { (Int($0.fields["index"] ?? "") ?? 0) < 5 }
  let training = digits.places { (Int($0.fields["index"] ?? "") ?? 0) >= 5 }
  let (trainingSet, testSet) = (
    Subset(digits, places: training), Subset(digits, places: testing)
  )
  // end
  return (trainingSet, testSet)
}

func readingTables() throws -> [Double?] {
  // snippet: reading a table
  let table = try Table(contentsOf: "houses.csv", .init(kinds: ["zip": .category]))
  for column in table.columns { print(column.name, column.kind, column.missingCount) }
  let prices = try table.numbers("price")  // [Double?], nil where a value is missing
  // end
  return prices
}

func readingLargeTables() throws -> Int {
  // snippet: reading a table in pieces
  var reader = try TableReader(contentsOf: "visits.csv")
  var rowCount = 0
  while let part = try reader.next(rows: 10_000) { rowCount += part.rowCount }
  // end
  return rowCount
}

func readingNumPy() throws -> [String: Tensor] {
  // snippet: reading NumPy's files
  let file = try NumPyFile(contentsOf: "features.npy")
  let some = try file.rows(0..<64)  // reads these rows only
  try NumPyFile.write(some * 2, to: "some.npy")
  let arrays = try NumPyArchive(contentsOf: "data.npz").tensors()
  // end
  return arrays
}
