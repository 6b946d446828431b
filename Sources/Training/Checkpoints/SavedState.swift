import Arrays
import Interchange
import Optimizers
import Tensors

/// What a checkpoint keeps of a state: all but the sum of gradients, which is empty between steps.
struct SavedState<Model: TensorTree, Rule: Optimizer>: TensorTree {
  var model: Model
  var optimizer: Rule
  var average: ExponentialMovingAverage<Model>?

  init(_ state: TrainerState<Model, Rule>) {
    model = state.model
    optimizer = state.optimizer
    average = state.average
  }
}

/// The numbers and random sources of a tree, which are no tensors, by their paths.
struct SavedNumbers: Codable, Sendable, Hashable {
  /// The bits of each number.
  var numbers: [String: UInt64] = [:]
  /// Seed and position of each random source.
  var randomSources: [String: [UInt64]] = [:]

  /// Those of a tree.
  init<Tree: TensorTree>(of tree: Tree) {
    var copy = tree
    let reader = Reader()
    copy.visitTensors(reader)
    self = reader.found
  }

  private init() {}

  /// Puts them back; false, and nothing changes, where the tree has others.
  func restore<Tree: TensorTree>(in tree: inout Tree) -> Bool {
    let own = SavedNumbers(of: tree)
    guard Set(own.numbers.keys) == Set(numbers.keys),
      Set(own.randomSources.keys) == Set(randomSources.keys),
      randomSources.values.allSatisfy({ $0.count == 2 })
    else { return false }
    tree.visitTensors(Writer(self))
    return true
  }

  private final class Reader: TensorVisitor {
    var found = SavedNumbers()

    override func visit(_ number: inout Number, name: String) {
      found.numbers[path(name)] = number.value.bitPattern
    }

    override func visit(_ source: inout RandomSource, name: String) {
      found.randomSources[path(name)] = [source.seed, source.position]
    }
  }

  private final class Writer: TensorVisitor {
    private let saved: SavedNumbers

    init(_ saved: SavedNumbers) { self.saved = saved }

    override func visit(_ number: inout Number, name: String) {
      if let bits = saved.numbers[path(name)] { number = Number(Double(bitPattern: bits)) }
    }

    override func visit(_ source: inout RandomSource, name: String) {
      guard let words = saved.randomSources[path(name)], words.count == 2 else { return }
      source = RandomSource(seed: words[0], position: words[1])
    }
  }
}
