import Arrays
import Tensors

/// The parameters of one layer and one direction of a recurrent layer, or of a cell.
///
/// Their names are PyTorch's: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`,
/// `weight_hr_l0`, with the number of the layer, and `_reverse` behind it for the direction from the
/// end; those of a cell have no number. All start uniform in ±1/√hidden.
///
/// The rows of weights and biases are those of the gates, one gate after another: i, f, g, o of LSTM,
/// r, z, n of GRU.
public struct RecurrentWeights: TensorTree {
  /// W_ih, of the input: [gates · hidden, in].
  public var inputWeight: Tensor
  /// W_hh, of the state before: [gates · hidden, hidden], or [gates · hidden, projection].
  public var hiddenWeight: Tensor
  /// b_ih, [gates · hidden]; nil where the layer was made without.
  public var inputBias: Tensor?
  /// b_hh, [gates · hidden]; nil where the layer was made without.
  public var hiddenBias: Tensor?
  /// W_hr, of LSTM with a projection: [projection, hidden].
  public var projectionWeight: Tensor?
  /// PyTorch's names, in the order of the properties.
  private let names: [String]

  /// Weights for `inputs` features; `suffix` ends their names.
  init(
    _ kind: Recurrence, _ inputs: Int, _ hidden: Int, bias: Bool, projection: Int? = nil,
    suffix: String = ""
  ) {
    let bound = 1 / Double(hidden).squareRoot()
    let rows = kind.gateCount * hidden
    (inputWeight, hiddenWeight, inputBias, hiddenBias, projectionWeight) =
      RandomSource.withCurrent { random in
        func uniform(_ shape: Shape) -> Tensor { random.uniform(shape, from: -bound, to: bound) }
        return (
          uniform([rows, inputs]), uniform([rows, projection ?? hidden]),
          bias ? uniform([rows]) : nil, bias ? uniform([rows]) : nil,
          projection.map { uniform([$0, hidden]) }
        )
      }
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"].map { $0 + suffix }
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(&inputWeight, name: names[0], role: visitor.role)
    visitor.visit(&hiddenWeight, name: names[1], role: visitor.role)
    RecurrentWeights.visit(&inputBias, names[2], visitor)
    RecurrentWeights.visit(&hiddenBias, names[3], visitor)
    RecurrentWeights.visit(&projectionWeight, names[4], visitor)
  }

  // In place, so that an optimizer finds the tensor's memory unshared.
  private static func visit(_ tensor: inout Tensor?, _ name: String, _ visitor: TensorVisitor) {
    visitor.note(tensor == nil ? 0 : 1)
    if tensor != nil { visitor.visit(&tensor!, name: name, role: visitor.role) }
  }

  /// The input's part of the gates.
  func gates(_ input: Tensor) -> Tensor { linear(input, weight: inputWeight, bias: inputBias) }

  /// What the steps of a sequence share.
  var steps: Recurrence.Weights {
    Recurrence.Weights(hidden: hiddenWeight, bias: hiddenBias, projection: projectionWeight)
  }
}
