import Myelin
import Testing

@Suite struct TensorDifferenceTests {
  @Test(arguments: [
    ([1, 2, 3], [1, 2, 3], nil),
    ([1, 2, 3], [1, 2.5, 7], "w: 2 of 3 elements differ, at most by 4 (element 2)"),
    ([0, 2], [-0.0, 2], "w: 1 of 2 elements differ, at most by 0 (element 0)"),
    ([1, .nan, 3], [5, .nan, 3], "w: 1 of 3 elements differ, at most by 4 (element 0)"),
    ([1, 2, 3], [9, .nan, 3], "w: 2 of 3 elements differ, at most by nan (element 1)"),
    ([1, 2], [1, 2, 3], "w: float32 [2] and float32 [3]"),
  ] as [([Float], [Float], String?)])
  func saysWhatDiffers(_ first: [Float], _ second: [Float], _ words: String?) {
    let difference = TensorDifference("w", Tensor(first), Tensor(second))
    #expect(difference?.description == words)
  }

  @Test func namesWhatOnlyOneHas() {
    let one = Tensor([1] as [Float])
    let differences = TensorDifference.between(
      [("a", one), ("b", one), ("c", one)], [("a", one), ("c", one * 2), ("d", one)])
    #expect(
      differences.map(\.description) == [
        "b: only in the first", "c: 1 of 1 elements differ, at most by 1 (element 0)",
        "d: only in the second",
      ])
  }

  @Test func comparesFiles() throws {
    let first = SmallClassifier.make()
    var second = first
    second.output.weight = second.output.weight + 0.25
    let files = try [first, second].map { model in
      let tensors = Dictionary(
        uniqueKeysWithValues: model.namedTensors.map { ($0.path, $0.tensor) })
      return try SafeTensors(fileBytes: SafeTensors.fileBytes(of: tensors), name: "model")
    }
    #expect(try TensorDifference.between(files[0], files[0]).isEmpty)
    let differences = try TensorDifference.between(files[0], files[1])
    #expect(differences.map(\.path) == ["output.weight"])
  }
}
