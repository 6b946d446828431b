import Myelin
import Testing

@Suite struct ModelCheckTests {
  private let objective = Objective<SmallClassifier, SampleBatch>.classifier {
    (model: SmallClassifier, inputs: Tensor) in model(inputs)
  }

  @Test func summarizesLayersOfAStruct() {
    let model = SmallClassifier.make()
    let inputs = smallBatch(8).inputs
    let summary = ModelSummary(of: model) { model(inputs) }
    #expect(summary.layers.map(\.path) == ["hidden", "output"])
    #expect(summary.layers.map(\.operations) == [["matmul", "relu"], ["matmul"]])
    #expect(summary.layers.map(\.outputShape) == [[8, 16], [8, 3]])
    #expect(summary.layers.map(\.parameterCount) == [80, 51])
    #expect(summary.parameterCount == 131)
    #expect(summary.parameterBytes == 524)
    // 2 · 8 · 16 · 4 of the product and 8 · 16 of the activation; 2 · 8 · 3 · 16.
    #expect(summary.layers.map(\.floatingPointOperations) == [1152, 768])
    #expect(summary.unusedParameters == [])
  }

  @Test func summarizesASequentialWithBlocks() {
    struct Network: Module {
      var layers = Sequential {
        Conv2D(1, 4, kernel: 3, padding: 1)
        relu
        Residual {
          Conv2D(4, 4, kernel: 3, padding: 1)
          BatchNorm2D(4)
        }
        MaxPool2D(2)
        Flatten()
        Linear(4 * 4 * 4, 10)
      }
      var unused = Linear(2, 2)
    }
    let model = Network()
    let images = Tensor.ones([2, 1, 8, 8])
    let summary = ModelSummary(of: model) { model.layers(images) }
    let paths = summary.layers.map(\.path)
    #expect(
      paths == [
        "layers.0", "layers.1", "layers.2.body.0", "layers.2.body.1", "layers.2", "layers.3",
        "layers.4", "layers.5",
      ], "\(paths)")
    #expect(summary.layers.first?.type == "Conv2D")
    #expect(summary.layers.first?.outputShape == [2, 4, 8, 8])
    #expect(summary.layers.suffix(2).map(\.outputShape) == [[2, 64], [2, 10]])
    #expect(summary.layers.first?.floatingPointOperations == 9216)
    #expect(summary.unusedParameters == ["unused.weight", "unused.bias"])
    #expect(summary.description.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func findsNothingWrongWhereAllIsWell() {
    let batch = smallBatch()
    var data = DataCheck(classCount: 3)
    data.add(batch.inputs, batch.targets)
    let check = ModelCheck(
      SmallClassifier.make(), Adam(learningRate: 1e-2), batch, objective, data: data,
      lossInput: .logits)
    #expect(check.findings == [])
    #expect(check.worst == nil)
    #expect(check.overfitting?.succeeded == true)
    let cost = check.cost
    // Parameters and two moments of each, and the step's count.
    #expect(cost?.stateBytes == 1580)
    #expect(cost?.keptBytes == 1580)
    #expect(cost?.batchBytes == 1152)
    #expect((cost?.workingBytes ?? 0) > 3072)
    // Forward, twice as much backward but for the inputs' gradient, and the update.
    #expect((cost?.floatingPointOperations ?? 0) > 21_504)
    #expect((cost?.secondsPerStep ?? 0) > 0)
    #expect((cost?.seconds(examples: 480) ?? 0) > 0)
    #expect(cost?.fitsIntoMemory == true)
    #expect("\(check)".contains("no mistakes found"))
  }

  @Test func namesParametersWithoutAGradient() {
    struct Forgetful: Module {
      var used = Linear(4, 3)
      var forgotten = Linear(4, 3)
    }
    let check = ModelCheck(
      Forgetful(), SGD(learningRate: 0.5), smallBatch(),
      .classifier { (model: Forgetful, inputs: Tensor) in model.used(inputs) }, timedSteps: 0)
    #expect(check.findings.map(\.place) == ["forgotten.weight", "forgotten.bias"])
    #expect(check.findings.allSatisfy { $0.kind == .unreachedParameter && $0.severity == .error })
    #expect(check.summary?.unusedParameters == ["forgotten.weight", "forgotten.bias"])
    #expect(check.cost?.secondsPerStep == nil)
  }

  @Test func findsABatchThatCannotBeLearned() {
    let objective = Objective<SmallClassifier, SampleBatch>.classifier {
      (model: SmallClassifier, inputs: Tensor) in model(inputs * 0)
    }
    let check = ModelCheck(
      SmallClassifier.make(), Adam(learningRate: 1e-2), smallBatch(), objective,
      overfitting: .init(stepCount: 20))
    #expect(check.findings.map(\.kind) == [.cannotOverfit])
    #expect(check.overfitting?.stepCount == 20)
  }

  @Test func doesNotComputeWithLabelsOutOfRange() {
    let batch = smallBatch()
    var data = DataCheck(classCount: 2)
    data.add(batch.inputs, batch.targets)
    let check = ModelCheck(
      SmallClassifier.make(), Adam(learningRate: 1e-2), batch, objective, data: data)
    #expect(check.findings.map(\.kind) == [.labelOutOfRange])
    #expect(check.summary == nil)
  }

}
