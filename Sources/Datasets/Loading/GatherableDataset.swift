import Arrays
import Tensors

/// A data set that lies in memory as a batch wants it, so that a batch is made at once, at the cost
/// of copying it.
public protocol GatherableDataset<Example>: Dataset {
  /// The examples of these places side by side.
  ///
  /// - Throws: `DatasetError` when they cannot be read.
  func gathered(_ places: ArraySlice<Int>) throws(DatasetError) -> SampleBatch
}

/// The rows of two tensors as a data set: example i is inputs[i] with targets[i].
public struct TensorDataset: GatherableDataset {
  /// [N, …].
  public let inputs: Tensor
  /// [N, …].
  public let targets: Tensor

  /// A data set of rows; stops when the tensors have not equally many.
  public init(_ inputs: Tensor, _ targets: Tensor) {
    guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
      stop(
        "TensorDataset: inputs \(inputs.shape) and targets \(targets.shape) need equally many "
          + "rows on axis 0")
    }
    self.inputs = Tensor(inputs.detached().array.compacted())
    self.targets = Tensor(targets.detached().array.compacted())
  }

  public var count: Int { inputs.shape[0] }

  public func example(at place: Int) throws(DatasetError) -> Sample {
    func row(_ tensor: Tensor) -> Tensor {
      let one = rows(of: tensor, [place])
      return one.reshaped(to: Shape(Array(tensor.shape.dropFirst())))
    }
    return Sample(row(inputs), target: row(targets))
  }

  public func gathered(_ places: ArraySlice<Int>) throws(DatasetError) -> SampleBatch {
    SampleBatch(inputs: rows(of: inputs, places), targets: rows(of: targets, places))
  }
}

/// Rows of a contiguous tensor, [places, …].
private func rows(of tensor: Tensor, _ places: ArraySlice<Int>) -> Tensor {
  let shape = Shape([places.count] + tensor.shape.dropFirst())
  let width = tensor.shape[0] == 0 ? 0 : tensor.count / tensor.shape[0]
  return gather(
    places.lazy.map { (tensor, $0 * width, width) }, count: places.count, into: shape,
    tensor.dataType)
}

extension LabelledImages: GatherableDataset {
  /// An image as bytes 0 … 255, the pixels' channels side by side.
  public func example(at place: Int) throws(DatasetError) -> Labelled<Image> {
    let area = size.height * size.width
    let image = pixels[pixelRange(place)]
    let bytes = [UInt8](unsafeUninitializedCapacity: size.pixelCount) { output, count in
      for (number, byte) in image.enumerated() {
        let (channel, pixel) = number.quotientAndRemainder(dividingBy: area)
        output[pixel * size.channels + channel] =
          brightest == 255
          ? byte : UInt8(min(255, (Int(byte) * 510 + Int(brightest)) / (2 * Int(brightest))))
      }
      count = size.pixelCount
    }
    return Labelled(
      Image(height: size.height, width: size.width, channels: size.channels, pixels: bytes),
      label: classes[place])
  }

  public func gathered(_ places: ArraySlice<Int>) throws(DatasetError) -> SampleBatch {
    let batch = self.batch(places, shifts: [])
    return SampleBatch(inputs: batch.images, targets: batch.labels)
  }
}

extension Subset: GatherableDataset where Base: GatherableDataset {
  public func gathered(_ places: ArraySlice<Int>) throws(DatasetError) -> SampleBatch {
    try base.gathered(places.map { self.places[$0] }[...])
  }
}
