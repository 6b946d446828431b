import Arrays
import Tensors

extension TensorTree {
  /// The state of a model by name: parameters and buffers, under the names that they have in
  /// PyTorch's `state_dict()` (`hidden.weight`, `norm.running_mean`). Constants are not part of it.
  ///
  /// Beside PyTorch's own names there are those of random streams, which end in `randomState`: a
  /// `Dropout` saves its place, so that training goes on where it was.
  public var stateDictionary: [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (name, tensor) in namedState where state.updateValue(tensor.detached(), forKey: name) != nil
    {
      stop(
        "stateDictionary: two tensors are named \(name); a dictionary's keys may not hold points")
    }
    return state
  }

  /// Writes the state of the model to a safetensors file, whole or not at all; see
  /// `SafeTensors.write(_:to:metadata:)`.
  ///
  ///     try model.save(to: "model.safetensors")
  ///
  /// Tensors that share their numbers are written once for each name, so that any reader finds every
  /// name.
  ///
  /// - Throws: `InterchangeError` when the file cannot be written.
  public func save(
    to path: String, metadata: [String: String] = [:]
  ) throws(InterchangeError) {
    try SafeTensors.write(stateDictionary, to: path, metadata: metadata)
  }

  /// Parameters and buffers with their names, in the order of declaration.
  var namedState: [(name: String, tensor: Tensor)] {
    namedTensors.compactMap { $0.role == .constant ? nil : ($0.path, $0.tensor) }
  }
}

/// The end of the names of random streams. Checkpoints of other programs have none.
func isRandomState(_ name: String) -> Bool {
  name == "randomState" || name.hasSuffix(".randomState")
}

/// Puts tensors into the places of parameters and buffers, by name.
final class StateReplacer: TensorVisitor {
  private let tensors: [String: Tensor]

  init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    if role != .constant, let replacement = tensors[path(name)] { tensor = replacement }
  }
}
