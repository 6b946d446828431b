import Myelin
import Testing

@Suite struct DataCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var inputs: [Float] = (0..<400).map { Float($0 % 97) / 97 }
    var labels: [Int] = (0..<100).map { $0 % 4 }
    let kinds: [Finding.Kind]
    var words = ""

    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "sound", kinds: []),
    Case(
      name: "NaN", inputs: [.nan, .infinity] + (0..<398).map { Float($0) / 400 },
      kinds: [.nonFiniteData], words: "1 NaN and 1 infinite of 400 numbers"),
    Case(
      name: "bytes", inputs: (0..<400).map { Float($0 % 256) }, kinds: [.notNormalized],
      words: "from 0 to 255"),
    Case(name: "alike", inputs: Array(repeating: 0.5, count: 400),
      kinds: [.constantInputs, .contradictions, .duplicates].sorted { $0.rawValue < $1.rawValue }),
    Case(
      name: "counted from 1", labels: (0..<100).map { $0 % 4 + 1 },
      kinds: [.labelOutOfRange, .missingClass], words: "25 labels of 4, where 4 classes are 0…3"),
    Case(
      name: "one label", labels: Array(repeating: 2, count: 100), kinds: [.labelsAlike],
      words: "all 100 are 2"),
    Case(
      name: "a class is missing", labels: (0..<100).map { $0 % 3 }, kinds: [.missingClass],
      words: "no example of 1 class (3) among 100"),
    Case(
      name: "unbalanced", labels: (0..<100).map { $0 < 90 ? 0 : $0 % 3 + 1 },
      kinds: [.unbalancedClasses], words: "class 0 has 90 examples (90 %), class 1 has 3"),
    Case(
      name: "one twice", inputs: (0..<400).map { Float($0 < 4 || $0 >= 396 ? $0 % 4 : $0) / 400 },
      kinds: [.duplicates, .contradictions],
      words: "1 of 100 (1 %) are equal to an earlier one, the first 99 and 0"),
  ]

  @Test(arguments: cases)
  func finds(_ data: Case) {
    var check = DataCheck(classCount: 4)
    for half in 0..<2 {
      check.add(
        Tensor(Array(data.inputs[half * 200..<half * 200 + 200]), shape: [50, 4]),
        Tensor(Array(data.labels[half * 50..<half * 50 + 50])))
    }
    #expect(
      Set(check.findings.map(\.kind)) == Set(data.kinds), "\(check.findings)")
    #expect(
      data.words.isEmpty || check.findings.contains { $0.figure.contains(data.words) },
      "\(check.findings)")
    #expect(check.findings.map(\.severity) == check.findings.map(\.severity).sorted(by: >))
  }

  @Test func knowsFiguresOfManyNumbers() {
    let summary = NumberSummary(Tensor([1, 2, 3, 4, .nan, -.infinity] as [Float]))
    #expect(summary.count == 6)
    #expect(summary.nanCount == 1)
    #expect(summary.infinityCount == 1)
    #expect(summary.mean == 2.5)
    #expect(abs(summary.standardDeviation - 1.25.squareRoot()) < 1e-12)
    #expect(summary.minimum == 1)
    #expect(summary.maximum == 4)
  }
}
