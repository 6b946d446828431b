import Arrays
import Tensors

extension SampleBatch {
  /// Samples side by side: inputs [N, …], targets [N, …].
  ///
  /// With `padding`, inputs (and targets) may differ in the length of their first axis; `lengths`
  /// then holds that of each input. Without, all must have one shape.
  ///
  /// - Throws: `DatasetError` when there is no sample, or when shapes or element types do not fit.
  public init(stacking samples: [Sample], padding: LengthPadding? = nil) throws(DatasetError) {
    guard !samples.isEmpty else {
      throw DatasetError(
        .mismatchedExamples, file: "a batch", found: "no examples", expected: "at least one")
    }
    let inputs = samples.map(\.input)
    let isRagged = padding != nil && inputs.allSatisfy { $0.rank > 0 }
    // Targets that have their input's length, or lengths of their own, are padded like inputs;
    // others, as the probabilities of classes, keep their length.
    let areTargetsRagged =
      isRagged && samples.allSatisfy { $0.target.rank > 0 }
      && (samples.allSatisfy { $0.target.shape[0] == $0.input.shape[0] }
        || samples.contains { $0.target.shape[0] != samples[0].target.shape[0] })
    self.init(
      inputs: try stack(
        inputs, named: "input", filling: padding?.value, multiple: padding?.multiple ?? 1),
      targets: try stack(
        samples.map(\.target), named: "target", filling: padding?.targetValue,
        multiple: areTargetsRagged ? padding?.multiple ?? 1 : 1),
      lengths: isRagged ? Tensor(inputs.map { $0.shape[0] }) : nil)
  }
}

/// Tensors along a new first axis; with `filling`, tensors of different lengths are filled up.
private func stack(
  _ parts: [Tensor], named name: String, filling: Double?, multiple: Int
) throws(DatasetError) -> Tensor {
  let (first, rank) = (parts[0], parts[0].rank)
  let isRagged = filling != nil && rank > 0
  for (number, part) in parts.enumerated() {
    let fits =
      part.dataType == first.dataType && part.rank == rank
      && (part.shape == first.shape
        || isRagged && part.shape.lengths.dropFirst() == first.shape.lengths.dropFirst())
    guard fits else {
      throw DatasetError(
        .mismatchedExamples, file: "a batch",
        found: "\(part.dataType) \(part.shape) as \(name) \(number)",
        expected: "\(first.dataType) \(first.shape) as \(name) 0 has"
          + (isRagged ? ", but for the first length" : ""))
    }
  }
  var lengths = first.shape.lengths
  if isRagged {
    let longest = parts.map { $0.shape[0] }.max() ?? 0
    lengths[0] = (longest + multiple - 1) / multiple * multiple
  }
  let shape = Shape([parts.count] + lengths)
  return gather(
    parts.lazy.map { ($0, 0, $0.count) }, count: parts.count, into: shape, first.dataType,
    filling: filling ?? 0)
}

/// Copies runs of elements of tensors into the rows of a new tensor, as bytes: no thread of the
/// team is asked for, since the threads that load would take it from those that compute.
///
/// - Parameters:
///   - runs: A tensor, its first element and how many, for each row.
///   - count: How many rows there are.
///   - shape: The result's, [count, …].
///   - dataType: Of all of them.
///   - filling: What follows a run that is shorter than its row.
func gather(
  _ runs: some Sequence<(Tensor, Int, Int)>, count: Int, into shape: Shape, _ dataType: DataType,
  filling: Double = 0
) -> Tensor {
  let result = NDArray(allocated: Layout(contiguous: shape), dataType)
  let width = dataType.byteCount
  let rowBytes = count == 0 ? 0 : shape.elementCount / count * width
  let pattern = Tensor.full([1], filling, dataType).array
  withExtendedLifetime((result, pattern)) {
    var row = result.rawPointer
    for (tensor, start, length) in runs {
      let source = tensor.array.compacted()
      withExtendedLifetime(source) {
        row.copyMemory(from: source.rawPointer + start * width, byteCount: length * width)
      }
      for gap in stride(from: length * width, to: rowBytes, by: width) {
        (row + gap).copyMemory(from: pattern.rawPointer, byteCount: width)
      }
      row += rowBytes
    }
  }
  return Tensor(result)
}
