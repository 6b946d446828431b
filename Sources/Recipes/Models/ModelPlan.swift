import Arrays
import NeuralNetworks
import Tensors

/// A model whose shapes are known and whose weights are not made yet.
package struct ModelPlan: Sendable {
  package let input: Features
  package let layers: [PlannedLayer]

  package var output: Features { layers.last?.output ?? input }
  package var parameters: Double { layers.reduce(0) { $0 + $1.parameters } }

  /// Plans the model that a recipe's `model` names, for examples like `input`.
  ///
  /// - Throws: `RecipeError` with the line of the first layer that cannot take what comes before it,
  ///   or where the weights would not fit into memory.
  package init(
    _ model: Entry, input: Features, targets: Targets, file: String
  ) throws(RecipeError) {
    self.input = input
    let entries = try ModelPlan.layers(of: model, file: file)
    var planned: [PlannedLayer] = []
    for entry in entries {
      do throws(Misfit) {
        planned.append(try LayerKind.plan(entry, planned.last?.output ?? input, targets))
      } catch {
        throw RecipeError(file: file, entry.place, "\(entry.name) \(error.message)")
      }
    }
    layers = planned
    if case .tokens = targets { try requireShorter(entries, targets, file) }
    try ModelPlan.requireMemory(parameters, model.place, file)
  }

  /// Makes the model, its weights drawn from the seed's stream. With a scale, what the last layer gives
  /// counts in deviations from the mean.
  package func makeModel(seed: UInt64, targetScale: Standardization? = nil) -> RecipeModel {
    withRandomSeed(seed) {
      RecipeModel(
        layers.count == 1 ? layers[0].make() : Sequential(layers.map { $0.make() }),
        targetScale: targetScale)
    }
  }

  /// Weights, their gradients and two numbers that an optimizer keeps of each, in float32.
  private static func requireMemory(
    _ parameters: Double, _ place: Place, _ file: String
  ) throws(RecipeError) {
    let byteCount = parameters * 16
    let figure = (parameters < 1e18 ? "\(Int(parameters))" : "\(parameters)") + " parameters"
    guard byteCount < 1e15 else {
      throw RecipeError(file: file, place, "has \(figure), more than any machine holds")
    }
    if byteCount > 0x1p26,
      let refusal = MemoryLimit.refusal(of: Int(byteCount), for: "training the model")
    {
      throw RecipeError(file: file, place, "has \(figure): \(refusal)")
    }
  }
}

extension LayerKind {
  /// The kind of this name, which a description has.
  static func kind(_ name: String) -> LayerKind {
    guard let kind = all.first(where: { $0.variant.name == name }) else {
      stop("recipe: there is no layer \(name)")
    }
    return kind
  }
}

/// The model of a recipe: its layers under their places, as in a `Sequential`, or one published
/// model under its own names.
package struct RecipeModel: Layer {
  package var network: any Layer
  /// Mean and deviation of the numbers that are predicted, so that weights of the usual size are right
  /// for targets of any; nil where outputs count as they are.
  private let targetScale: Standardization?

  package init(_ network: any Layer, targetScale: Standardization? = nil) {
    self.network = network
    self.targetScale = targetScale
  }

  /// The outputs for inputs that were filled up at the end of their first axis; `lengths` [N] says
  /// how much of each is its own.
  func callAsFunction(_ input: Tensor, lengths: Tensor?) -> Tensor {
    guard let lengths else { return self(input) }
    return SequenceLengths.$current.withValue(lengths) { self(input) }
  }

  package func callAsFunction(_ input: Tensor) -> Tensor {
    let output = network(input)
    guard let targetScale else { return output }
    return output * Double(targetScale.deviation[0]) + Double(targetScale.mean[0])
  }

  // Without a name of its own, so that checkpoints load where the network does.
  package mutating func visitTensors(_ visitor: TensorVisitor) { network.visitTensors(visitor) }
}
