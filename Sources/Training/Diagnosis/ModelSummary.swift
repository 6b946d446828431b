import Arrays
import Tensors

/// A model layer by layer, as one forward pass shows it: the shapes that go through, the parameters,
/// the floating-point operations.
///
///     print(ModelSummary(of: model) { model(images) })
///
/// A layer is what a parameter belongs to, or an element of a `Sequential`; what comes between
/// layers, as functions that are called in between, counts to the layer before.
public struct ModelSummary: Sendable, Hashable, Codable {
  /// A layer, in the order in which layers run.
  public struct Layer: Sendable, Hashable, Codable {
    /// The path, for example `hidden`; empty for what the model itself does before the first layer.
    public let path: String
    /// The type, where the layer stands in a `Sequential`.
    public let type: String?
    /// The operations in their order, without repetitions: `matmul`, `relu`.
    public internal(set) var operations: [String]
    /// The shape of the last result.
    public internal(set) var outputShape: [Int]
    /// How many numbers training adjusts.
    public let parameterCount: Int
    /// Two for every multiply-add, of all examples of the batch together.
    public internal(set) var floatingPointOperations: Double
    /// Bytes of the results, which training keeps for the backward pass, or most of them.
    public internal(set) var outputBytes: Int
  }

  /// The layers that ran.
  public let layers: [Layer]
  /// How many numbers training adjusts.
  public let parameterCount: Int
  /// Bytes of parameters and buffers.
  public let parameterBytes: Int
  /// Paths of parameters that the forward pass did not read.
  public let unusedParameters: [String]

  /// Looks at one forward pass, which runs as it is written.
  ///
  /// - Parameters:
  ///   - model: The model whose parameters the pass reads.
  ///   - forward: A forward pass of `model` on a batch.
  public init<Model: TensorTree>(
    of model: Model, forward: () throws -> Tensor
  ) rethrows {
    let named = model.namedTensors
    let trained = named.filter { $0.role == .parameter && $0.tensor.dataType.isFloatingPoint }
    let collector = LayerCollector(trained)
    let watch = Watch(model) { collector.add($0) }
    _ = try watch { try withTraining(false) { try forward() } }
    layers = collector.layers(watch.layerTypes)
    parameterCount = trained.reduce(0) { $0 + $1.tensor.count }
    parameterBytes = named.reduce(0) { $0 + $1.tensor.byteCount }
    unusedParameters = trained.filter { !collector.seen.contains($0.tensor.identity) }.map(\.path)
  }

  /// Of one forward pass.
  public var floatingPointOperations: Double {
    layers.reduce(0) { $0 + $1.floatingPointOperations }
  }
}

/// Gathers operations by layers.
private final class LayerCollector {
  private var order: [String] = []
  private var layers: [String: ModelSummary.Layer] = [:]
  private let counts: [String: Int]
  /// The parameters that were read.
  private(set) var seen: Set<ObjectIdentifier> = []

  init(_ parameters: [NamedTensor]) {
    var counts: [String: Int] = [:]
    for parameter in parameters {
      counts[Watch.parent(of: parameter.path), default: 0] += parameter.tensor.count
    }
    self.counts = counts
  }

  func add(_ event: Watch.Event) {
    for input in event.inputs { seen.insert(ObjectIdentifier(input.root)) }
    guard let output = event.outputs.first else { return }
    if layers[event.layer] == nil {
      order.append(event.layer)
      layers[event.layer] = ModelSummary.Layer(
        path: event.layer, type: nil, operations: [], outputShape: [],
        parameterCount: counts[event.layer] ?? 0, floatingPointOperations: 0, outputBytes: 0)
    }
    // Copies move numbers and compute none.
    let isWork = event.name != "copy" && event.name != "fill"
    layers[event.layer]?.add(
      isWork ? event.name : nil, output, event.floatingPointOperations)
  }

  /// The layers in the order of their first operations, with their types. A layer of a `Sequential`
  /// that computes nothing is not among them.
  func layers(_ types: [String: String]) -> [ModelSummary.Layer] {
    order.compactMap { path in
      layers[path].map {
        ModelSummary.Layer(
          path: path, type: types[path], operations: $0.operations, outputShape: $0.outputShape,
          parameterCount: $0.parameterCount, floatingPointOperations: $0.floatingPointOperations,
          outputBytes: $0.outputBytes)
      }
    }
  }
}

extension ModelSummary.Layer {
  fileprivate mutating func add(_ operation: String?, _ output: NDArray, _ work: Double) {
    if let operation, !operations.contains(operation) { operations.append(operation) }
    outputShape = output.shape.lengths
    floatingPointOperations += work
    outputBytes += output.count * output.dataType.byteCount
  }
}

extension ModelSummary: CustomStringConvertible {
  /// A table of 80 columns: layer, what it does, the shape of its result, parameters, operations.
  public var description: String {
    var table = TextTable([
      .init("layer", width: 22), .init("what", width: 21), .init("output", width: 18),
      .init("parameters", width: 11, isNumber: true), .init("FLOP", width: 8, isNumber: true),
    ])
    for layer in layers {
      let what = layer.operations.joined(separator: ", ")
      table.add([
        layer.path.isEmpty ? "(model)" : layer.path,
        layer.type.map { $0 == "FunctionLayer" ? what : $0 } ?? what,
        layer.outputShape.map(String.init).joined(separator: "×"),
        layer.parameterCount == 0 ? "" : Words.grouped(layer.parameterCount),
        Words.scaled(layer.floatingPointOperations),
      ])
    }
    return table.description
      + "\n\(Words.count(parameterCount, "parameter")) (\(Figure.bytes(parameterBytes)) with "
      + "buffers), \(Words.scaled(floatingPointOperations))FLOP in a forward pass"
  }
}
