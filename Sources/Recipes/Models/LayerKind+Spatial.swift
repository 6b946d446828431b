import NeuralNetworks
import Tensors

/// The window of a convolution or pooling along every spatial axis.
private struct Window {
  let kernel, stride, dilation: [Int]
  let padding: Padding

  /// The options of a layer over `axes` axes.
  init(_ options: Entry, kernel key: String, axes: Int) throws(Misfit) {
    kernel = try Window.spread(options.lengths(key), axes, key)
    stride =
      try options["stride"].map { value throws(Misfit) in
        try Window.spread(value.lengths, axes, "stride")
      } ?? kernel
    dilation =
      try options["dilation"].map { value throws(Misfit) in
        try Window.spread(value.lengths, axes, "dilation")
      } ?? Array(repeating: 1, count: axes)
    let padding = options.value("padding")
    if case .text = padding.content {
      self.padding = .same
    } else {
      self.padding = .each(try Window.spread(padding.lengths, axes, "padding"))
    }
  }

  private static func spread(_ lengths: [Int], _ axes: Int, _ key: String) throws(Misfit) -> [Int] {
    if lengths.count == 1 { return Array(repeating: lengths[0], count: axes) }
    guard lengths.count == axes else {
      throw Misfit("takes \(axes) numbers or one as \(key), found \(lengths.count)")
    }
    return lengths
  }

  /// The lengths of what comes out.
  func output(_ lengths: [Int]) throws(Misfit) -> [Int] {
    let spans = zip(kernel, dilation).map { ($0 - 1) * $1 + 1 }
    let (low, high) = padding.amounts(lengths: lengths, spans: spans, stride: stride, in: "recipe")
    let padded = zip(lengths, zip(low, high)).map { $0 + $1.0 + $1.1 }
    for (length, span) in zip(padded, spans) where length < span {
      let words = padded.map(String.init).joined(separator: "×")
      throw Misfit("has a window of \(span) places, but its input, padded, is only \(words)")
    }
    return zip(padded, zip(spans, stride)).map { ($0 - $1.0) / $1.1 + 1 }
  }
}

extension LayerKind {
  private static let padding = Form.either([.choice(["same"]), .lengths(0...1024)])

  private static func axes(_ number: Int) -> String {
    number == 1 ? "[channels, time]" : "[channels, height, width]"
  }

  static let convolutions: [LayerKind] = [1, 2].map { axes in
    let name = "conv\(axes)d"
    return LayerKind(
      Variant(
        name, axes == 1 ? "Convolution along time." : "Convolution of images.",
        example: "\(name): {channels: 32, kernel: 3, padding: same}",
        [
          .required("channels", .size, "Channels that come out."),
          .required("kernel", .lengths(1...1024), "The window, along each axis or all."),
          Key("stride", .lengths(1...1024), "1", "How far the window moves."),
          Key("padding", padding, "0", "Zeros around the input; `same` keeps its size."),
          Key("dilation", .lengths(1...1024), "1", "The distance of the window's places."),
          Key("groups", .size, "1", "Into how many groups the channels are cut."),
          Key("bias", .flag, "true", "Whether a number is added to each channel."),
        ])
    ) { (options, input, _) throws(Misfit) in
      try require(LayerKind.axes(axes), axes + 1, input)
      let window = try Window(options, kernel: "kernel", axes: axes)
      let (inputs, outputs) = (input.lengths[0], options.integer("channels"))
      let (groups, bias) = (options.integer("groups"), options.flag("bias"))
      guard inputs % groups == 0, outputs % groups == 0 else {
        throw Misfit(
          "cuts \(inputs) and \(outputs) channels into \(groups) groups, which does not go")
      }
      let weights = window.kernel.reduce(Double(inputs / groups) * Double(outputs)) {
        $0 * Double($1)
      }
      let (kernel, stride, dilation) = (window.kernel, window.stride, window.dilation)
      let padding = window.padding
      return PlannedLayer(
        name, Features([outputs] + (try window.output(Array(input.lengths.dropFirst())))),
        parameters: weights + (bias ? Double(outputs) : 0)
      ) {
        axes == 1
          ? Conv1D(
            inputs, outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
            groups: groups, bias: bias) as any Layer
          : Conv2D(
            inputs, outputs, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
            groups: groups, bias: bias)
      }
    }
  }

  static let poolings: [LayerKind] =
    [1, 2].flatMap { axes in
      [
        pooling("max_pool\(axes)d", "The largest number of each window.", axes) {
          axes == 1
            ? MaxPool1D($0, stride: $1, padding: $2) as any Layer
            : MaxPool2D($0, stride: $1, padding: $2)
        },
        pooling("average_pool\(axes)d", "The mean of each window.", axes) {
          axes == 1
            ? AveragePool1D($0, stride: $1, padding: $2) as any Layer
            : AveragePool2D($0, stride: $1, padding: $2)
        },
      ]
    } + [
      overall("global_average_pool", "The mean of each channel.") {
        $0 == 1 ? GlobalAveragePool1D() as any Layer : GlobalAveragePool2D()
      },
      overall("global_max_pool", "The largest number of each channel.") {
        $0 == 1 ? GlobalMaxPool1D() as any Layer : GlobalMaxPool2D()
      },
    ]

  private static func pooling(
    _ name: String, _ summary: String, _ axes: Int,
    _ make: @escaping @Sendable ([Int], [Int], Padding) -> any Layer
  ) -> LayerKind {
    LayerKind(
      Variant(
        name, summary, example: "\(name): 2", hasShorthand: true,
        [
          .required("window", .lengths(1...1024), "The window, along each axis or all."),
          Key("stride", .lengths(1...1024), nil, "How far it moves; the window unless given."),
          Key("padding", padding, "0", "What surrounds the input; `same` for ⌈size / stride⌉."),
        ])
    ) { (options, input, _) throws(Misfit) in
      try require(LayerKind.axes(axes), axes + 1, input)
      let window = try Window(options, kernel: "window", axes: axes)
      if case .each(let amounts) = window.padding,
        zip(amounts, window.kernel).contains(where: { 2 * $0 > $1 })
      {
        throw Misfit("has a padding of more than half its window")
      }
      let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
      return PlannedLayer(
        name, Features([input.lengths[0]] + (try window.output(Array(input.lengths.dropFirst()))))
      ) { make(kernel, stride, padding) }
    }
  }

  private static func overall(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Int) -> any Layer
  ) -> LayerKind {
    LayerKind(Variant(name, summary)) { (_, input, _) throws(Misfit) in
      try requireNumbers(input)
      let axes = input.rank - 1
      guard axes == 1 || axes == 2 else {
        throw Misfit("takes channels and one or two axes, but its input is \(input.words)")
      }
      return PlannedLayer(name, Features([input.lengths[0]])) { make(axes) }
    }
  }
}
