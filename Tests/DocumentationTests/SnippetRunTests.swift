import Foundation
import Myelin
import Testing

/// What the snippets compute is what the documentation says of them.
@Suite struct SnippetRunTests {
  @Test func theFirstNetworkLearnsExclusiveOr() {
    let rounded = withRandomSeed(1) { round(firstNetwork()) }
    #expect(rounded.scalars(as: Int.self) == [0, 1, 1, 0])
  }

  @Test func tensorsAndGradients() {
    #expect(tensors().scalars(as: Int.self) == [15, 33])
    #expect(elementTypes().scalars(as: Int.self) == [0, 4, 3])
    let (slope, curvature) = gradientsOfTensors()
    #expect(slope.scalars(as: Int.self) == [2, 4, 6])
    #expect(curvature.scalars(as: Int.self) == [6, 12, 18])
  }

  @Test func aMistakeStopsWithTheMessageThatIsShown() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      struct Network: Module { var hidden = Linear(2, 4) }
      var network = Network()
      _ = gradient(of: &network) { $0.hidden(Tensor.ones([4, 3])).sum() }
    }
    let printed = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    let shown = MarkdownFile.all.flatMap(\.lines).first { $0.hasPrefix("linear: input [4, 3]") }
    #expect(shown.map(printed.contains) == true)
  }

  @Test func modelsAndTraining() throws {
    #expect(namesOfParameters().prefix(2) == ["convolution1.weight", "convolution1.bias"])
    #expect(try trainingDigits() > 0.95)
    #expect(sequential().shape == [8, 10])
    #expect(randomness())
    let (change, norm) = copies(DataLoader(try Digits.load(), batchSize: 32))
    #expect(change != 0 && change.isFinite && norm > 0)
  }

  @Test func generation() throws {
    let model = withRandomSeed(1) {
      GPT(GPT.Configuration(vocabulary: 10, context: 16, width: 8, layers: 1, heads: 2))
    }
    let tokenizer = CharacterTokenizer(alphabetOf: "ROMEO: \nabc", unit: .scalars)
    var words = ""
    try generateText(model, tokenizer, &words)
    #expect(words.count == 300 + 40 + 1)
    #expect(writeWithFunction(Embedding(5, 5)).count == 3)
  }

  @Test func compiledSteps() throws {
    let loader = DataLoader(try Digits.load(), batchSize: 64, seed: 1)
    let (loss, plans) = withRandomSeed(1) { compiledStep(loader) }
    // The last batch is smaller and has a plan of its own.
    #expect(loss > 0)
    #expect(loss < 2.4)
    #expect(plans == 2)
  }

  @Test func sequences() throws {
    let (first, count) = try windows()
    // 385 windows make 13 batches of inputs and targets.
    #expect(first.count == 12 && abs(first[0] - 24.56) < 1e-4 && count == 26)
  }

  @Test func comingFromPyTorch() {
    let (before, after) = trainingStep()
    #expect(after < before)
    let model = withRandomSeed(1) { DigitClassifier() }
    let results = withRandomSeed(2) { modes(model, Tensor.ones([2, 1, 8, 8])) }
    #expect(results.map(\.shape) == [[2, 10], [2, 10], [2, 1, 8, 8]])
    #expect((results[0] .!= results[1]).any().scalars(as: Bool.self) == [true])

    let start = withRandomSeed(3) { Backbone() }
    let moved = updated(start, by: optimizerOptions())
    #expect((moved.head.bias! - start.head.bias!).norm().item() > 0)

    var scale = Scale(factor: [2, 3], offset: [1, 1])
    #expect(scale([1, 1]).scalars(as: Int.self) == [3, 4])
    let gradients = gradient(of: &scale) { $0([1, 1]).sum() }
    #expect(gradients.factor.scalars(as: Int.self) == [1, 1])
    #expect(scale.count.item() == 1)
  }

  @Test func checkpoints() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.safetensors").path(percentEncoded: false)
    let model = withRandomSeed(1) { Encoder() }
    let embedding = try savingAndReading(model, path).scalars(as: Float.self)
    let loaded = try loadingByName(path)
    #expect(loaded.embedding.weight.scalars(as: Float.self) == embedding)
    let half = ["module.embedding.weight": model.embedding.weight.to(.float16)]
    try SafeTensors.write(half, to: path)
    let (tied, report) = try loadingWithOptions(Encoder(), path)
    let weight = Tensor([[1, 2, 3], [4, 5, 6]] as [[Float]])
    try SafeTensors.write(["c_proj.weight": weight, "c_proj.bias": Tensor.zeros([3])], to: path)
    let projection = try loadingTransposed(path).c_proj.weight
    #expect(projection.scalars(as: Int.self) == [1, 4, 2, 5, 3, 6])
    #expect(report.loaded.count == 2 && tied.embedding.weight.dataType == .float32)
  }

  @Test func trainers() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path(percentEncoded: false)
    let (ending, evaluation, _) = try trainer(in: path + "/run")
    #expect(ending.best?.value == evaluation.values["accuracy"])
    #expect(evaluation.values["accuracy"] ?? 0 > 0.95)

    let loader = DataLoader(try Digits.load(), batchSize: 64, seed: 1)
    let whole = try trainingByHand(loader, path + "/whole", epochs: 2)
    _ = try trainingByHand(loader, path + "/parts", epochs: 1)
    let parts = try trainingByHand(loader, path + "/parts", epochs: 2)
    for (a, b) in zip(whole.namedTensors, parts.namedTensors) {
      #expect(a.tensor.scalars(as: Double.self) == b.tensor.scalars(as: Double.self), "\(a.path)")
    }
  }

  @Test func whatAContributorWouldAdd() {
    #expect(logCosh([-1000, 0, 1000]).isFinite.all().scalars(as: Bool.self) == [true])
    #expect(abs(logCoshLoss([1], [0]).item() - 0.433781) < 1e-5)
    #expect(FeatureScale(2)([3, 4]).scalars(as: Int.self) == [3, 4])
    var parameter: Tensor = [1, -1]
    var optimizer = SignDescent(learningRate: 0.5)
    optimizer.update(&parameter, with: [2, -3])
    #expect(parameter.scalars(as: Float.self) == [0.5, -0.5])
  }
}
