import Tensors

extension LayerKind {
  private static let recurrent: Set<String> = ["lstm", "gru", "rnn"]

  /// Layers that take sequences of different lengths, filled up to one: they treat each moment by
  /// itself, or read a sequence from its start to its own end. Others would mix in what examples are
  /// filled up with.
  static let forVariedLengths: Set<String> =
    recurrent.union(["embedding", "linear", "dropout", "layer_norm", "rms_norm"])
    .union(activations.map(\.variant.name))

  /// The layer for an input, or why there can be none.
  static func plan(
    _ entry: Entry, _ input: Features, _ targets: Targets
  ) throws(Misfit) -> PlannedLayer {
    guard input.varies else { return try kind(entry.name).plan(entry, input, targets) }
    guard forVariedLengths.contains(entry.name) else {
      throw Misfit(
        "takes examples of one length, but these differ in theirs: a recurrent layer with "
          + "output: last comes first, or transforms make one length")
    }
    var layer = try kind(entry.name).plan(entry, input, targets)
    layer.output.varies = layer.output.rank > 1 || !recurrent.contains(entry.name)
    return layer
  }
}

/// How long the sequences of the batch are that a model is reading.
enum SequenceLengths {
  /// [N]; nil where all are as long as the input.
  @TaskLocal static var current: Tensor?

  /// What stands at the end of each sequence, [N, width], of [N, time, width].
  static func ends(of output: Tensor) -> Tensor {
    guard let current else { return output[.all, -1] }
    let places = (current.to(.int64) - 1).reshaped(to: [-1, 1, 1])
    let width = output.shape[2]
    return output.takeAlongAxis(places + Tensor.zeros([1, 1, width], .int64), axis: 1).squeezed(1)
  }
}
