import Foundation
import Interchange
import Myelin
import Testing

private func network() -> Sequential {
  Sequential {
    Conv2D(1, 2, kernel: 3)
    BatchNorm2D(2)
    relu
    Dropout()
    Flatten()
    Linear(8, 3)
  }
}

private struct Pair: Module {
  var embedding = Embedding(5, 4)
  var decoder = Linear(4, 5, bias: false)
}

private func bits(_ model: some Module) -> [[Double]] {
  model.namedTensors.map { $0.tensor.scalars(as: Double.self) }
}

@Suite struct StateDictionaryTests {
  private let check: (String) -> String? = { $0.hasPrefix("check.") ? nil : $0 }

  @Test func loadsAModelOfPyTorch() throws {
    let file = try SafeTensors(contentsOf: golden("model"))
    var model = network()
    let report = try model.load(contentsOf: golden("model"), renaming: check)
    #expect(report.loaded.count == 9 && report.keptRandomStates == ["3.randomState"])
    let output = model(try file.tensor("check.input")).scalars(as: Float.self)
    let expected = try file.tensor("check.output").scalars(as: Float.self)
    for (a, e) in zip(output, expected) { #expect(abs(a - e) < 1e-5) }
  }

  @Test func comesBackAsItWas() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      let model = withRandomSeed(1) { network() }
      try model.save(to: path, metadata: ["epoch": "3"])
      var other = withRandomSeed(2) { network() }
      #expect(bits(other) != bits(model))
      let report = try other.load(contentsOf: path)
      #expect(bits(other) == bits(model) && report.loaded.count == 10)
      #expect(try SafeTensors(contentsOf: path).names == model.stateDictionary.keys.sorted())
      #expect(try SafeTensors(contentsOf: path).metadata == ["epoch": "3"])
    }
  }

  @Test func sharesWhatTheFileTies() throws {
    var model = Pair()
    try model.load(contentsOf: golden("tied"))
    #expect(
      model.embedding.weight.scalars(as: Float.self) == model.decoder.weight.scalars(as: Float.self)
    )
    var state = model.stateDictionary
    state["decoder.weight"] = nil
    #expect(throws: StateMismatch.self) { try model.load(state) }
    let report = try model.load(state, ties: ["decoder.weight": "embedding.weight"])
    #expect(report.loaded == ["embedding.weight", "decoder.weight"])
  }

  @Test func constantsAreNoState() throws {
    struct Scaled: Module {
      var factor: Tensor = [1]
      let offset: Tensor = [2]
      @Buffer var count = Tensor(0)
    }
    #expect(Scaled().stateDictionary.keys.sorted() == ["count", "factor"])
  }

  @Test func renames() throws {
    var model = Pair()
    let state = Dictionary(
      uniqueKeysWithValues: Pair().stateDictionary.map { ("module." + $0.key, $0.value) })
    let error = #expect(throws: StateMismatch.self) { try model.load(state) }
    #expect(error?.report.suggestion(for: "decoder.weight") == "module.decoder.weight")
    try model.load(state) { String($0.dropFirst("module.".count)) }
    #expect(bits(model)[0] == state["module.embedding.weight"]?.scalars(as: Double.self))
    let conflict = #expect(throws: StateMismatch.self) {
      try model.load(state, renaming: { _ in "decoder.weight" }, strict: false)
    }
    #expect(conflict?.report.conflicting == ["module.embedding.weight"])
  }

  @Test func converts() throws {
    var model = Pair()
    let state = model.mapParameters { $0.to(.float16) }.stateDictionary
    let error = #expect(throws: StateMismatch.self) { try model.load(state, strict: false) }
    #expect(error?.report.mistyped.count == 2)
    try model.load(state, convertingTypes: true)
    #expect(model.decoder.weight.dataType == .float32)
    #expect(bits(model)[1] == state["decoder.weight"]?.scalars(as: Double.self))
  }

  @Test func saysEverythingAndChangesNothing() throws {
    var model = Pair()
    let before = bits(model)
    let state = ["decoder.wieght": Tensor.ones([5, 4]), "embedding.weight": Tensor.ones([4, 5])]
    let error = #expect(throws: StateMismatch.self) { try model.load(state) }
    #expect(
      error?.description == """
        the state dictionary does not fit the model:
        missing decoder.weight (nearest: decoder.wieght)
        unexpected decoder.wieght (nearest: decoder.weight)
        embedding.weight has shape [4, 5], expected [5, 4]
        """)
    #expect(bits(model) == before)
    #expect(throws: StateMismatch.self) { try model.load(state, strict: false) }
    let report = try model.load(["decoder.weight": Tensor.ones([5, 4])], strict: false)
    #expect(report.missing == ["embedding.weight"] && report.loaded == ["decoder.weight"])
    #expect(bits(model)[0] == before[0] && bits(model)[1].allSatisfy { $0 == 1 })
  }

  @Test func aDamagedTensorChangesNothing() throws {
    struct Flags: Module {
      @Buffer var first = Tensor([1.5] as [Float])
      @Buffer var second = Tensor([true])
    }
    var bytes = try SafeTensors.fileBytes(of: Flags().stateDictionary)
    bytes[bytes.count - 1] = 9
    bytes[bytes.count - 2] = 0
    var model = Flags()
    let file = try SafeTensors(fileBytes: bytes, name: "f")
    let error = #expect(throws: LoadError.self) { try model.load(file) }
    guard case .file(let reason)? = error else { return #expect(Bool(false)) }
    #expect(reason.reason == .invalidElement && model.first.item() == 1.5)
    let missing = #expect(throws: LoadError.self) { try model.load(contentsOf: "/nowhere") }
    #expect(missing?.description.contains("no such file") == true)
  }

  @Test func longReportsAreShortened() {
    var model = Pair()
    let state = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("n\($0)", Tensor.ones([1])) })
    let error = #expect(throws: StateMismatch.self) { try model.load(state) }
    #expect(error?.description.contains("and 4990 more like it") == true)
  }
}
