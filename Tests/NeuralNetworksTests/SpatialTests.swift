import Myelin
import Testing

/// Convolution and pooling beyond PyTorch's golden cases: rules of padding, empty batches, ties.
struct SpatialTests {
  struct Overhang: Sendable {
    let window, stride, padding, length: Int
    let counted, uncounted, largest: [Float]
  }

  /// Windows that reach over the end: the padding counts where asked, what lies behind never does.
  /// Values from PyTorch's `avg_pool1d` and `max_pool1d` with `ceil_mode`.
  @Test(arguments: [
    Overhang(
      window: 3, stride: 2, padding: 1, length: 6, counted: [1, 3, 5, 3],
      uncounted: [1.5, 3, 5, 6], largest: [2, 4, 6, 6]),
    Overhang(
      window: 2, stride: 2, padding: 1, length: 5, counted: [0.5, 2.5, 4.5],
      uncounted: [1, 2.5, 4.5], largest: [1, 3, 5]),
    Overhang(
      window: 3, stride: 3, padding: 1, length: 6, counted: [1, 4, 3], uncounted: [1.5, 4, 6],
      largest: [2, 5, 6]),
    Overhang(
      window: 4, stride: 3, padding: 2, length: 7, counted: [0.75, 3.5, 4.5],
      uncounted: [1.5, 3.5, 6], largest: [2, 5, 7]),
    Overhang(
      window: 2, stride: 3, padding: 1, length: 7, counted: [0.5, 3.5, 6.5],
      uncounted: [1, 3.5, 6.5], largest: [1, 4, 7]),
  ])
  func poolingMayReachOverTheEnd(_ golden: Overhang) {
    let x = Tensor.range(1..<golden.length + 1, .float32).reshaped(to: [1, 1, -1])
    func average(_ countsPadding: Bool) -> [Float] {
      averagePool1D(
        x, golden.window, stride: golden.stride, padding: Padding(golden.padding), ceiling: true,
        countsPadding: countsPadding
      ).scalars()
    }
    #expect(average(true) == golden.counted)
    #expect(average(false) == golden.uncounted)
    let largest = maxPool1D(
      x, golden.window, stride: golden.stride, padding: Padding(golden.padding), ceiling: true)
    #expect(largest.scalars(as: Float.self) == golden.largest)
  }

  /// `.same` keeps the length, or divides it by the stride and rounds up, for every kernel.
  @Test(arguments: 1...5, 1...3)
  func samePaddingKeepsTheLength(_ kernel: Int, _ stride: Int) {
    for length in [5, 8] {
      for dilation in 1...2 {
        let x = Tensor.ones([1, 2, length, length + 1])
        let y = conv2D(
          x, weight: .ones([3, 2, kernel, 1]), stride: stride, padding: .same, dilation: dilation)
        let expected = [length, length + 1].map { ($0 + stride - 1) / stride }
        #expect(y.shape.lengths == [1, 3] + expected)
        #expect(
          maxPool2D(x, kernel, stride: stride, padding: .same).shape.lengths == [1, 2] + expected)
      }
    }
  }

  /// Transposed convolution is the adjoint of convolution: ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩.
  @Test(arguments: [(1, 0, 1, 1), (2, 1, 1, 2), (3, 2, 2, 1), (2, 0, 3, 4)])
  func transposedConvolutionIsTheAdjoint(
    _ stride: Int, _ padding: Int, _ dilation: Int, _ groups: Int
  ) {
    var random = RandomSource(seed: 4)
    let x = random.normal([2, 4, 11, 12])
    let weight = random.normal([8, 4 / groups, 3, 2])
    let forward = conv2D(
      x, weight: weight, stride: stride, padding: Padding(padding), dilation: dilation,
      groups: groups)
    let y = random.normal(forward.shape)
    let extra = [(0, 11, 3), (1, 12, 2)].map { axis, length, kernel in
      (length + 2 * padding - dilation * (kernel - 1) - 1) % stride
    }
    let back = convTranspose2D(
      y, weight: weight, stride: stride, padding: padding, outputPadding: extra,
      dilation: dilation, groups: groups)
    #expect(back.shape == x.shape)
    let (left, right) = ((forward * y).sum().item(), (x * back).sum().item())
    #expect(abs(left - right) < 1e-3 * (1 + abs(left)))
  }

  private static let layers: [any Layer] = [
    Conv2D(3, 4, kernel: 3), ConvTranspose2D(3, 2, kernel: 2), MaxPool2D(2), AveragePool2D(2),
    AdaptiveAveragePool2D(3), AdaptiveMaxPool2D(3), GlobalAveragePool2D(), BatchNorm2D(3),
    LayerNorm([8, 8]), GroupNorm(3, 3), InstanceNorm2D(3), RMSNorm(8), Flatten(), Dropout(),
    PReLU(3), Linear(8, 2),
  ]

  /// A batch of no examples gives no examples, forward and backward.
  @Test(arguments: layers.indices)
  func batchesMayBeEmpty(_ index: Int) {
    let layer = Self.layers[index]
    let none = Tensor.zeros([0, 3, 8, 8])
    let one = layer(Tensor.ones([1, 3, 8, 8]))
    #expect(layer(none).shape.lengths == [0] + one.shape.dropFirst())
    let slope = withTraining(false) { gradient(of: none) { layer($0).sum() } }
    #expect(slope.shape == none.shape)
  }
}
