import Myelin
import Synchronization
import Testing

/// Words that a traced function leaves, and so how often it was traced.
final class Words: Sendable {
  private let words = Mutex<[String]>([])

  var all: [String] { words.withLock { $0 } }
  var count: Int { words.withLock { $0.count } }

  func add(_ word: String) { words.withLock { $0.append(word) } }
}

extension Tensor {
  /// The elements as float32.
  var floats: [Float] { scalars(as: Float.self) }
}

/// Two linear layers.
struct Network: Layer {
  var hidden = Linear(2, 8)
  var output = Linear(8, 1)

  func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(output(tanh(hidden(x)))) }
}

/// A model and its optimizer.
struct TrainingState<Model: Layer, Rule: Optimizer>: TensorTree {
  var model: Model
  var optimizer: Rule

  /// A step of training, whose loss it gives.
  static func step(_ state: inout Self, _ x: Tensor, _ y: Tensor) -> Tensor {
    let (loss, gradients) = valueAndGradient(of: &state.model) { mse($0(x), y) }
    state.optimizer.update(&state.model, with: gradients)
    return loss
  }
}

/// The four cases of exclusive or.
enum ExclusiveOr {
  static let inputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
  static let targets: Tensor = [[0], [1], [1], [0]]
}
