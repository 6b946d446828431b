import Arrays
import Tensors

/// A picture as a tensor [channels, height, width], float32: bytes divided by 255, and then, where
/// they are given, less a mean and divided by a standard deviation for each channel.
public struct ToTensor: Transform {
  /// What is subtracted from each channel; empty for nothing.
  public let mean: [Float]
  /// What each channel is divided by; empty for nothing.
  public let standardDeviation: [Float]

  /// 0 … 1.
  public init() { self.init(mean: [], standardDeviation: []) }

  /// (byte / 255 − mean) / standardDeviation, as `ToTensor` and `Normalize` one after the other
  /// give, at the cost of the first. Stops when the two are not equally long.
  public init(mean: [Float], standardDeviation: [Float]) {
    guard mean.count == standardDeviation.count else {
      stop("ToTensor: \(mean.count) means and \(standardDeviation.count) standard deviations")
    }
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public func callAsFunction(
    _ image: Image, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    guard mean.isEmpty || mean.count == image.channels else {
      throw .unsuited(
        "ToTensor", found: "a picture of \(image.channels) channels",
        expected: "\(mean.count) channels")
    }
    let (channels, area) = (image.channels, image.height * image.width)
    return Tensor(shape: [channels, image.height, image.width]) { output in
      for channel in 0..<channels {
        let table = table(channel)
        table.withUnsafeBufferPointer { table in
          image.pixels.withUnsafeBufferPointer { input in
            var from = channel
            for place in channel * area..<(channel + 1) * area {
              output[place] = table[Int(input[from])]
              from += channels
            }
          }
        }
      }
    }
  }

  /// What each byte becomes.
  private func table(_ channel: Int) -> [Float] {
    (0..<256).map { byte in
      let value = Float(byte) / 255
      return mean.isEmpty ? value : (value - mean[channel]) / standardDeviation[channel]
    }
  }
}

/// (x − mean) / standardDeviation for each channel of a float32 tensor [channels, …].
public struct Normalize: Transform, Codable, Hashable {
  /// What is subtracted from each channel.
  public let mean: [Float]
  /// What each channel is divided by.
  public let standardDeviation: [Float]

  /// A mean and a standard deviation for each channel, or one for all of them; stops when the two
  /// are not equally long.
  public init(mean: [Float], standardDeviation: [Float]) {
    guard mean.count == standardDeviation.count, !mean.isEmpty else {
      stop("Normalize: \(mean.count) means and \(standardDeviation.count) standard deviations")
    }
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    mean = try values.decode([Float].self, forKey: .mean)
    standardDeviation = try values.decode([Float].self, forKey: .standardDeviation)
    try requireFitting(
      !mean.isEmpty && mean.count == standardDeviation.count, decoder,
      "as many means as standard deviations")
  }

  private enum CodingKeys: String, CodingKey {
    case mean
    case standardDeviation
  }

  public func callAsFunction(
    _ input: Tensor, using random: inout RandomScalars
  ) throws(DatasetError) -> Tensor {
    guard input.dataType == .float32, input.rank > 0,
      mean.count == 1 || input.shape[0] == mean.count
    else {
      throw .unsuited(
        "Normalize", found: "\(input.dataType) \(input.shape)",
        expected: "float32 with \(mean.count) channels on axis 0")
    }
    let area = input.shape[0] == 0 ? 0 : input.count / input.shape[0]
    let source = input.array.compacted()
    return Tensor(shape: input.shape) { (output: UnsafeMutableBufferPointer<Float>) in
      withExtendedLifetime(source) {
        let values = source.pointer(as: Float.self)
        for channel in 0..<input.shape[0] {
          let number = mean.count == 1 ? 0 : channel
          let (mean, deviation) = (mean[number], standardDeviation[number])
          for place in channel * area..<(channel + 1) * area {
            output[place] = (values[place] - mean) / deviation
          }
        }
      }
    }
  }
}
