import Myelin
import Testing

/// How the tensors of a model are found, named, shared and moved on.
struct ModuleTests {
  private struct Block: Module {
    var layers: [any Layer] = [Linear(2, 3), ReLU(), Linear(3, 2, bias: false)]
    var heads: [String: Linear] = ["b": Linear(2, 1), "a": Linear(2, 1)]
    var any: any Module = Linear(1, 2)
    var perhaps: (any Layer)? = BatchNorm1D(2)
    var none: Linear?
    var byName: [String: any Module] = ["z": Linear(1, 1), "y": PReLU()]
    var grid: [[Linear]] = [[Linear(1, 1, bias: false)], [Linear(1, 1, bias: false)]]
    let fixed = Linear(2, 2)
    var rate = 0.5
    var name = "block"
  }

  /// The names of the parameters of nested modules, in the order of declaration.
  @Test func parametersAreNamedByTheirPaths() {
    let names = Block().namedTensors.filter { $0.role == .parameter }.map(\.path)
    #expect(
      names == [
        "layers.0.weight", "layers.0.bias", "layers.2.weight", "heads.a.weight", "heads.a.bias",
        "heads.b.weight", "heads.b.bias", "any.weight", "any.bias", "perhaps.weight",
        "perhaps.bias", "byName.y.weight", "byName.z.weight", "byName.z.bias", "grid.0.0.weight",
        "grid.1.0.weight",
      ])
    #expect(
      Block().namedTensors.filter { $0.role == .buffer }.map(\.path) == [
        "perhaps.running_mean", "perhaps.running_var", "perhaps.num_batches_tracked",
      ])
    #expect(
      Block().namedTensors.filter { $0.role == .constant }.map(\.path) == [
        "fixed.weight", "fixed.bias",
      ])
  }

  /// A walk that replaces parameters reaches every one of them.
  @Test func everyParameterCanBeReplaced() {
    let zeroed = Block().mapParameters { $0.zerosLike() }
    #expect(zeroed.parameters.allSatisfy { abs($0).sum().item() == 0 })
    #expect(zeroed.parameterCount == Block().parameterCount)
    let constants = zeroed.namedTensors.filter { $0.role == .constant }
    #expect(constants.allSatisfy { abs($0.tensor).sum().item() != 0 })
  }

  /// A visitor finds each parameter's memory unshared, however it is nested.
  @Test func modulesAreWalkedInPlace() {
    var block = Block()
    let visitor = SharingVisitor()
    block.visitTensors(visitor)
    #expect(visitor.shared == [])
  }

  /// Every parameter of every way of nesting gets its derivative.
  @Test func gradientsReachEveryParameter() {
    let block = Block()
    let slopes = gradient(of: block) { block in
      block.parameters.map { $0.sum() }.reduce(Tensor.zeros([])) { $0 + $1 }
    }
    #expect(slopes.parameters.map(\.shape) == block.parameters.map(\.shape))
    #expect(slopes.parameters.allSatisfy { ($0 .== 1).all().scalars(as: Bool.self) == [true] })
  }

  private static let layers: [(any Layer, [String])] = [
    (Linear(2, 3), ["weight", "bias"]), (Conv1D(2, 3, kernel: 2), ["weight", "bias"]),
    (Conv2D(2, 3, kernel: 2, bias: false), ["weight"]),
    (ConvTranspose1D(2, 3, kernel: 2), ["weight", "bias"]),
    (ConvTranspose2D(2, 3, kernel: 2), ["weight", "bias"]),
    (
      BatchNorm1D(3), ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    ),
    (
      BatchNorm2D(3), ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    ),
    (BatchNorm2D(3, affine: false), ["running_mean", "running_var", "num_batches_tracked"]),
    (LayerNorm(3), ["weight", "bias"]), (LayerNorm([2, 3], bias: false), ["weight"]),
    (RMSNorm(3), ["weight"]), (GroupNorm(1, 3), ["weight", "bias"]), (InstanceNorm2D(3), []),
    (InstanceNorm1D(3, affine: true), ["weight", "bias"]), (Embedding(4, 2), ["weight"]),
    (PReLU(), ["weight"]), (Dropout(0.5), ["randomState"]), (Flatten(), []),
    (MaxPool2D(2, padding: 1), []), (AveragePool2D(2), []), (GlobalAveragePool2D(), []),
  ]

  /// The tensors of every layer, by the names of PyTorch's state dicts.
  @Test(arguments: layers.indices)
  func layersAreNamedAsInPyTorch(_ index: Int) {
    let (layer, names) = Self.layers[index]
    #expect(layer.namedTensors.map(\.path) == names)
  }

  private struct TiedModel: Module {
    var embedding = Embedding(5, 3)
    func callAsFunction(_ x: Tensor) -> Tensor {
      linear(embedding(x), weight: embedding.weight)
    }
  }

  /// A tensor used in two places gets the sum of both gradients.
  @Test func sharedParametersGetTheSumOfBothGradients() {
    let model = TiedModel()
    let words = Tensor([1, 4, 1])
    let weight = model.embedding.weight
    let tied = gradient(of: model) { square($0(words)).sum() }.embedding.weight
    let (asTable, asOutput) = gradient(of: weight, weight) { table, output in
      square(linear(table.take(words), weight: output)).sum()
    }
    expectEqual(tied, asTable + asOutput, within: 1e-5)
  }

  /// Running statistics change inside a gradient closure of an `inout` model, nowhere else.
  @Test func buffersMoveOnlyInTraining() {
    var model = Sequential {
      Linear(2, 3)
      BatchNorm1D(3)
    }
    let x: Tensor = [[1, 2], [3, -4], [0, 1]]
    let before = model.tensors(.buffer).mapValues { $0.scalars(as: Float.self) }
    func hasMoved() -> Bool {
      model.tensors(.buffer).mapValues { $0.scalars(as: Float.self) } != before
    }
    _ = model(x)
    _ = withTraining(true) { model(x) }
    _ = valueAndGradient(of: model) { $0(x).sum() }
    _ = withTraining(false) { valueAndGradient(of: &model) { $0(x).sum() } }
    #expect(!hasMoved())
    let parameters = model.parameters.map { $0.scalars(as: Float.self) }
    _ = valueAndGradient(of: &model) { $0(x).sum() }
    #expect(hasMoved())
    #expect(model.parameters.map { $0.scalars(as: Float.self) } == parameters)
    #expect(model.tensors(.buffer)["1.num_batches_tracked"]?.item() == 1)
    // Twice in one closure is two batches.
    _ = valueAndGradient(of: &model) { ($0(x) + $0(x)).sum() }
    #expect(model.tensors(.buffer)["1.num_batches_tracked"]?.item() == 3)
  }

  /// Without a momentum the running statistics are the averages of all batches.
  @Test func batchNormalizationCanAverageAllBatches() {
    var layer = BatchNorm1D(1, momentum: nil)
    for batch in [[[1], [3]], [[5], [7]], [[0], [2]]] as [[[Float]]] {
      _ = valueAndGradient(of: &layer) { $0(Tensor(batch)).sum() }
    }
    expectEqual(layer.running_mean, [3], within: 1e-6)
    expectEqual(layer.running_var, [2], within: 1e-6)
  }
}

/// Expects every element to differ by no more than `tolerance`.
func expectEqual(
  _ actual: Tensor, _ expected: Tensor, within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, sourceLocation: sourceLocation)
  #expect(
    abs(actual - expected).max().item() <= tolerance, "\(actual) \(expected)",
    sourceLocation: sourceLocation)
}
