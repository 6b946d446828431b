import Myelin

/// A plain convolutional network for small images: two convolutions of 3×3, each normalized and
/// rectified, halved in size, and two linear layers.
///
/// Images of more than 16 pixels are halved after the first convolution too, so that the work grows
/// less than they do.
package struct ImageClassifier: Module {
  var convolution1: Conv2D
  var normalization1 = BatchNorm2D(32)
  var convolution2 = Conv2D(32, 64, kernel: 3, padding: 1)
  var normalization2 = BatchNorm2D(64)
  var hidden: Linear
  var output: Linear
  var dropout = Dropout(0.3)
  private let halvesTwice: Bool

  init(_ size: LabelledImages.ImageSize, classCount: Int) {
    halvesTwice = min(size.height, size.width) > 16
    let divisor = halvesTwice ? 4 : 2
    convolution1 = Conv2D(size.channels, 32, kernel: 3, padding: 1)
    hidden = Linear(64 * (size.height / divisor) * (size.width / divisor), 128)
    output = Linear(128, classCount)
  }

  /// [N, C, H, W] to logits, [N, classes].
  package func callAsFunction(_ images: Tensor) -> Tensor {
    var x = relu(normalization1(convolution1(images)))
    if halvesTwice { x = maxPool2D(x, 2) }
    x = maxPool2D(relu(normalization2(convolution2(x))), 2)
    x = relu(hidden(dropout(x.flattened())))
    return output(dropout(x))
  }

  /// The most likely class of every image.
  package func predictions(for images: LabelledImages) -> [Int] {
    let classes = compile { (model: ImageClassifier, images: Tensor) in
      model(images).argmax(along: 1)
    }
    return DataLoader(images, batchSize: 256).epoch(0).flatMap { batch in
      classes(self, batch.images).scalars(as: Int.self)
    }
  }
}
