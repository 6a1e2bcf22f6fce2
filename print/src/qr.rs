//! Pictures for telephones that hold an address.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::PrintError;
use crate::layout::{Bar, Item};
use crate::typeface::Unit;

/// The picture with its upper right corner there, at most `most` wide, and how wide it is.
pub(crate) fn picture(address: &str, most: Unit, right: Unit, top: Unit) -> Result<(Item, Unit), PrintError> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).map_err(|_| PrintError::Address)?;
    let side = code.size();
    let module = most / Unit::from(side).max(1);
    let size = module * Unit::from(side);
    let left = right - size;
    let mut bars = Vec::new();
    for row in 0..side {
        let mut column = 0;
        while column < side {
            let begun = column;
            while column < side && code.get_module(column, row) {
                column += 1;
            }
            if column > begun {
                bars.push(Bar {
                    x: left + module * Unit::from(begun),
                    y: top + module * Unit::from(row),
                    width: module * Unit::from(column - begun),
                    height: module,
                });
            }
            column += 1;
        }
    }
    Ok((Item::Bars { bars, grey: 0 }, size))
}
