import Arrays
import Datasets
import Foundation
import Tensors
import Testing

@Suite struct TableTransformTests {
  let golden = TransformGolden.shared.tables
  var training: Tensor { Tensor(golden.training, shape: [6, 4]) }
  var holes: Tensor { Tensor(golden.holes.map { $0 ?? .nan }, shape: [6, 4]) }
  var new: Tensor { Tensor(golden.new, shape: [2, 4]) }

  @Test("rows are scaled as scikit-learn scales them")
  func scales() throws {
    let standard = try StandardScaler(fitting: training)(new)
    #expect(largestDifference(standard.scalars(as: Float.self), golden.standard) < 1e-5)
    let ranged = try MinMaxScaler(fitting: training)(new)
    #expect(largestDifference(ranged.scalars(as: Float.self), golden.minmax) < 1e-5)
  }

  @Test("missing numbers are left out of the fit and stay missing")
  func scalesHoles() throws {
    let scaler = StandardScaler(fitting: holes)
    let column = [1, 2.5, 0, 1]
    let mean = column.reduce(0, +) / 4
    #expect(abs(scaler.means[0] - mean) < 1e-12)
    let changed = try scaler(holes).scalars(as: Float.self)
    #expect(changed[4].isNaN && changed.filter(\.isNaN).count == 4)
  }

  @Test("a column without spread is only shifted")
  func constantColumn() throws {
    let table = Tensor([0.1, 5, 0.1, 5, 0.1, 5] as [Float], shape: [3, 2])
    #expect(
      try StandardScaler(fitting: table)(table).scalars(as: Float.self).allSatisfy { $0 == 0 })
    #expect(try MinMaxScaler(fitting: table)(table).scalars(as: Float.self).allSatisfy { $0 == 0 })
  }

  @Test("missing numbers are filled in as scikit-learn does")
  func imputes() throws {
    let strategies: [(Imputer.Strategy, String)] = [
      (.mean, "mean"), (.median, "median"), (.mostFrequent, "most_frequent"),
    ]
    for (strategy, name) in strategies {
      let imputer = Imputer(strategy, fitting: holes)
      let expected = try #require(golden.fill[name])
      #expect(zip(imputer.values, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
      let filled = try imputer(holes).scalars(as: Float.self)
      #expect(!filled.contains(where: \.isNaN) && abs(Double(filled[4]) - expected[0]) < 1e-6)
    }
    #expect(try Imputer(.constant(-1), fitting: holes)(holes).scalars(as: Float.self)[4] == -1)
  }

  @Test("categories become columns as in scikit-learn, the others stay")
  func encodes() throws {
    let encoder = OneHotEncoder(fitting: training, columns: [1, 3])
    let found = try encoder(new).scalars(as: Float.self)
    #expect(encoder.outputCount == 9 && found.count == 18)
    // scikit-learn's columns are those of 1 and 3 alone: four and three of them.
    for row in 0..<2 {
      let ours = Array(found[row * 9..<(row + 1) * 9])
      let theirs = Array(golden.onehot[row * 7..<(row + 1) * 7])
      #expect(ours[0] == golden.new[row * 4] && ours[5] == golden.new[row * 4 + 2])
      #expect(Array(ours[1...4]) == Array(theirs[..<4]))
      #expect(Array(ours[6...8]) == Array(theirs[4...]))
    }
    let strict = OneHotEncoder(fitting: training, columns: [3], unknown: .error)
    let error = #expect(throws: DatasetError.self) { try strict(new) }
    #expect(error?.found == "category 11.0 in column 3")
  }

  @Test("a pipeline is saved and applied the same")
  func saves() throws {
    var pipeline = TablePipeline()
    pipeline.append(Imputer(.median, fitting: holes))
    pipeline.append(OneHotEncoder(fitting: try pipeline(holes), columns: [3]))
    pipeline.append(StandardScaler(fitting: try pipeline(holes)))
    let data = try JSONEncoder().encode(pipeline)
    let read = try JSONDecoder().decode(TablePipeline.self, from: data)
    #expect(read == pipeline)
    #expect(
      try read(new).scalars(as: Float.self) == pipeline(new).scalars(as: Float.self))
    let row = Tensor(Array(golden.new[..<4]))
    #expect(
      try read(row).scalars(as: Float.self)
        == Array(pipeline(new).scalars(as: Float.self)[..<pipeline(row).count]))
    #expect(throws: DatasetError.self) { try read(Tensor([1, 2] as [Float])) }
  }

  static let malformed = [
    #"{"means":[1,2],"deviations":[1]}"#, #"{"means":[1],"deviations":[0]}"#,
    #"{"means":[1],"deviations":[-2]}"#, #"{"means":["a"],"deviations":[1]}"#, #"{}"#,
  ]

  @Test("other saved transforms are checked, too")
  func refusesOthers() {
    func reads<Value: Decodable>(_ type: Value.Type, _ text: String) -> Bool {
      (try? JSONDecoder().decode(type, from: Data(text.utf8))) != nil
    }
    #expect(reads(Framing.self, #"{"length":4,"hop":2,"isCentered":true}"#))
    #expect(!reads(Framing.self, #"{"length":4,"hop":0,"isCentered":true}"#))
    #expect(reads(Normalize.self, #"{"mean":[1],"standardDeviation":[2]}"#))
    #expect(!reads(Normalize.self, #"{"mean":[1],"standardDeviation":[]}"#))
    let encoder = #"{"inputCount":\#(Int.max),"categories":{"0":[1,2,3]},"unknown":"zeros"}"#
    #expect(!reads(OneHotEncoder.self, encoder))
    #expect(reads(OneHotEncoder.self, encoder.replacing("\(Int.max)", with: "2")))
  }

  @Test("a file that does not fit together is refused", arguments: malformed)
  func refuses(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(StandardScaler.self, from: Data(text.utf8))
    }
  }
}
