import Arrays
import Testing

@Suite(.onEveryProcessor)
struct PoolingTests {
  static let cases: [(Shape, PoolingGeometry)] = [
    ([2, 3, 6, 8], geometry([2, 2], stride: [2, 2])),
    ([2, 3, 7, 9], geometry([3, 3], stride: [2, 2], padding: [1, 1])),
    ([1, 20, 9, 8], geometry([3, 2], stride: [1, 1], dilation: [2, 3], padding: [2, 1])),
    ([16, 24, 30, 30], geometry([2, 2], stride: [2, 2])),
    ([2, 5, 11], geometry([3], stride: [2], padding: [1])),
    ([1, 2, 4, 5, 6], geometry([2, 2, 2], stride: [2, 2, 2])),
    ([2, 9, 6, 9], geometry([2, 3], stride: [2, 3])),
    ([2, 12, 10], geometry([2], stride: [2])),
    ([3, 16, 8, 8], geometry([8, 8], stride: [8, 8])),
  ]

  static func geometry(
    _ window: [Int], stride: [Int], dilation: [Int]? = nil, padding: [Int]? = nil
  ) -> PoolingGeometry {
    let none = window.map { _ in 0 }
    return PoolingGeometry(
      window: window, stride: stride, dilation: dilation ?? window.map { _ in 1 },
      paddingLow: padding ?? none, paddingHigh: padding ?? none)
  }

  @Test("pooling and its pullback", arguments: cases)
  func pool(_ shape: Shape, _ geometry: PoolingGeometry) {
    let lengths = geometry.window.indices.map { axis in
      let span = geometry.dilation[axis] * (geometry.window[axis] - 1) + 1
      let room = shape[axis + 2] + geometry.paddingLow[axis] + geometry.paddingHigh[axis] - span
      return room / geometry.stride[axis] + 1
    }
    let pooled = Shape(Array(shape.lengths.prefix(2)) + lengths)
    for operation in [PoolingOperation.maximum, .averageWithPadding, .averageWithoutPadding] {
      for arrangement in [Arrangement.contiguous, .channelsLast, .reversed] {
        let input = arrangement.array(shape)
        input.pointer(as: Float.self)[0] = .nan
        let isChannelsLast = arrangement == .channelsLast
        let cotangent = (isChannelsLast ? arrangement : .contiguous).array(pooled, seed: 2)
        expectAgreement("\(operation) \(shape) \(arrangement)") { backend in
          let output = result(pooled, isChannelsLast: isChannelsLast)
          let places = result(pooled, .int32, isChannelsLast: isChannelsLast)
          let hasPlaces = operation == .maximum
          backend.pool(
            operation, input, geometry: geometry, indices: hasPlaces ? places : nil, into: output)
          let back = result(shape, isChannelsLast: isChannelsLast)
          backend.poolBackward(
            operation, cotangent, indices: hasPlaces ? places : nil, geometry: geometry,
            into: back)
          return hasPlaces ? [output, places, back] : [output, back]
        }
      }
    }
  }
}
