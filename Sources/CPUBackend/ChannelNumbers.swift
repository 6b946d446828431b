import Arrays

/// What per-channel normalization multiplies and adds, gathered once so that the loops read
/// consecutive numbers: `count` arrays of one float32 a channel.
struct ChannelNumbers: ~Copyable {
  private let storage: Storage
  let channels: Int

  init(channels: Int, arrays: Int) {
    self.channels = channels
    storage = Storage(byteCount: channels * arrays * MemoryLayout<Float>.stride)
  }

  @inline(__always)
  subscript(array: Int) -> UnsafeMutablePointer<Float> {
    storage.pointer.assumingMemoryBound(to: Float.self) + array * channels
  }
}

/// A number per channel, read with a stride; absent numbers have a value of their own.
struct ChannelReader {
  private let pointer: UnsafeMutablePointer<Float>?
  private let stride: Int
  private let absent: Float

  /// nil where `array` varies along other axes than the channels.
  init?(_ array: NDArray?, absent: Float) {
    self.absent = absent
    guard let array else {
      (pointer, stride) = (nil, 0)
      return
    }
    guard array.dataType == .float32, let stride = array.channelStride else { return nil }
    (pointer, self.stride) = (array.pointer(as: Float.self), stride)
  }

  subscript(channel: Int) -> Float {
    if let pointer { return pointer[channel * stride] }
    return absent
  }
}
