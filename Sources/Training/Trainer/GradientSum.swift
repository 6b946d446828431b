import Arrays
import Tensors

/// Σ nᵢ gᵢ over batches of nᵢ examples, or of what else counts, whose mean loss has the gradients gᵢ.
struct GradientSum: TensorTree {
  /// The sums, one for each trained parameter, in the order of the walk.
  var sums: [Tensor]
  /// Σ nᵢ.
  var weight: Number = 0
  /// nᵢ of the next batch.
  var batchWeight: Number = 0
  /// What the loss is multiplied by, so that small gradients are no zeros in float16.
  var scale: Number = 1

  /// Sums of nothing yet, in float32 where a parameter has fewer bits.
  init<Model: TensorTree>(for model: Model) {
    sums = GradientSum.trained(model).map { $0.widened().zerosLike() }
  }

  /// Adds the gradients of the next batch.
  mutating func add<Model: TensorTree>(_ gradients: Model) {
    let gradients = GradientSum.trained(gradients)
    for index in sums.indices {
      sums[index] = sums[index] + gradients[index].widened().scaled(by: batchWeight)
    }
    weight = weight + batchWeight
  }

  /// Σ nᵢ gᵢ / Σ nᵢ in a model's place, without the scale.
  func mean<Model: TensorTree>(for model: Model) -> Model {
    let factor = 1 / (weight * scale)
    var gradients = model
    gradients.visitTensors(Writer(sums.map { $0.scaled(by: factor) }))
    return gradients
  }

  /// Forgets all gradients.
  mutating func clear() {
    for index in sums.indices { sums[index] = sums[index].zerosLike() }
    weight = 0
  }

  /// Whether each sum is finite: bools.
  var areFinite: [Tensor] { sums.map { $0.isFinite.all() } }

  /// The trained tensors of a tree.
  static func trained<Tree: TensorTree>(_ tree: Tree) -> [Tensor] {
    var copy = tree
    let collector = Collector()
    copy.visitTensors(collector)
    return collector.tensors
  }

  /// The Euclidean norm of all gradients together.
  static func norm<Model: TensorTree>(of gradients: Model) -> Tensor {
    sqrt(
      trained(gradients).reduce(Tensor(Float(0))) { $0 + square($1.widened()).sum().to(.float32) })
  }

  private final class Collector: TensorVisitor {
    private(set) var tensors: [Tensor] = []

    override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
      if role == .parameter, tensor.dataType.isFloatingPoint { tensors.append(tensor) }
    }
  }

  private final class Writer: TensorVisitor {
    private var tensors: ArraySlice<Tensor>

    init(_ tensors: [Tensor]) { self.tensors = tensors[...] }

    override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
      guard role == .parameter, tensor.dataType.isFloatingPoint, let next = tensors.popFirst()
      else { return }
      tensor = next.to(tensor.dataType)
    }
  }
}
