//! A picture for telephones that leads to the certificate's public page.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::PrintError;
use crate::layout::Item;
use crate::typeface::Unit;

/// How wide it is at most.
const SIZE: Unit = 8_800;

/// The picture with its upper right corner there, and how wide it is.
pub(super) fn picture(address: &str, right: Unit, top: Unit) -> Result<(Vec<Item>, Unit), PrintError> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).map_err(|_| PrintError::Address)?;
    let side = code.size();
    let module = SIZE / Unit::from(side).max(1);
    let size = module * Unit::from(side);
    let left = right - size;
    let mut items = Vec::new();
    for row in 0..side {
        let mut column = 0;
        while column < side {
            let begun = column;
            while column < side && code.get_module(column, row) {
                column += 1;
            }
            if column > begun {
                items.push(Item::Bar {
                    x: left + module * Unit::from(begun),
                    y: top + module * Unit::from(row),
                    width: module * Unit::from(column - begun),
                    height: module,
                    grey: 0,
                });
            }
            column += 1;
        }
    }
    Ok((items, size))
}
